//go:build tools

// Package tools pins Loki and the last line of Promtail, the version that the chart runs.
package tools

import _ "github.com/grafana/loki/v3/cmd/loki"

//tools:set github.com/prometheus/common/version.Version=3.4.2

//go:build tools

// Package tools pins Promtail, the version that the chart runs.
package tools

import _ "github.com/grafana/loki/v3/clients/cmd/promtail"

//tools:set github.com/grafana/loki/v3/pkg/util/build.Version=3.0.0

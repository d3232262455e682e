//go:build tools

// Package tools pins Loki, the version that the chart runs.
package tools

import _ "github.com/grafana/loki/v3/cmd/loki"

//tools:set github.com/grafana/loki/v3/pkg/util/build.Version=3.4.2

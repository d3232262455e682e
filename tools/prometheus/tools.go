//go:build tools

// Package tools pins Prometheus and promtool, the versions that the chart runs.
package tools

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"
)

//tools:set github.com/prometheus/common/version.Version=2.55.0

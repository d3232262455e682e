//go:build tools

// Package tools pins Prometheus and promtool, the versions that the chart runs, and a rule engine made of their packages.
package tools

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"

	_ "obs/tools/prometheus/rule-engine"
)

//tools:set github.com/prometheus/common/version.Version=2.55.0

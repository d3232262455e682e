//go:build tools

// Package tools pins Alertmanager and amtool, the versions that the chart runs.
package tools

import (
	_ "github.com/prometheus/alertmanager/cmd/alertmanager"
	_ "github.com/prometheus/alertmanager/cmd/amtool"
)

//tools:set github.com/prometheus/common/version.Version=0.27.0

//go:build tools

// Package tools pins prometheus-operator, the version that the chart runs.
package tools

import _ "github.com/prometheus-operator/prometheus-operator/cmd/operator" // prometheus-operator

//tools:set github.com/prometheus/common/version.Version=0.77.2

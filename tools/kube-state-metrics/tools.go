//go:build tools

// Package tools pins kube-state-metrics, the release that the chart runs; its page is compared with the catalogue.
package tools

import _ "k8s.io/kube-state-metrics/v2" // kube-state-metrics

//tools:set github.com/prometheus/common/version.Version=2.13.0

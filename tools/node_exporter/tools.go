//go:build tools

// Package tools pins node_exporter, the release that the chart runs; its page is compared with the catalogue.
package tools

import _ "github.com/prometheus/node_exporter"

//tools:set github.com/prometheus/common/version.Version=1.8.2

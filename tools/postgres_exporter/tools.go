//go:build tools

// Package tools pins postgres_exporter, whose page is compared with the catalogue.
package tools

import _ "github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter"

//tools:set github.com/prometheus/common/version.Version=0.16.0

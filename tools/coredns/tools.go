//go:build tools

// Package tools pins CoreDNS, the release that k3s 1.31 runs; its page is compared with the catalogue.
package tools

import _ "github.com/coredns/coredns"

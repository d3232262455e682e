//go:build tools

// Package tools pins sloth, whose rules for SLOs are compared with ours; nothing else needs it.
package tools

import _ "github.com/slok/sloth/cmd/sloth"

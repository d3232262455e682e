//go:build tools

// Package tools pins etcd, the API server's store.
package tools

import _ "go.etcd.io/etcd/server/v3" // etcd

//go:build tools

// Package tools pins the Kubernetes API server.
package tools

import _ "k8s.io/kubernetes/cmd/kube-apiserver"

//tools:set k8s.io/component-base/version.gitVersion=v1.31.4
//tools:set k8s.io/component-base/version.gitMajor=1
//tools:set k8s.io/component-base/version.gitMinor=31

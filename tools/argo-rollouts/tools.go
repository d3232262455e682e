//go:build tools

// Package tools pins the controller of Argo Rollouts; its page is compared with the catalogue.
package tools

import _ "github.com/argoproj/argo-rollouts/cmd/rollouts-controller"

//tools:set github.com/argoproj/argo-rollouts/utils/version.version=1.7.2

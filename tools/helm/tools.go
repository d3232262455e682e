//go:build tools

// Package tools pins Helm; the variables are those that its own release build sets.
package tools

import _ "helm.sh/helm/v3/cmd/helm"

//tools:set helm.sh/helm/v3/internal/version.version=v3.16.4
//tools:set helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1
//tools:set helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=31
//tools:set helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1
//tools:set helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=31

//go:build tools

// Package tools names the programs that tests/live/rig/build makes, so that go.mod and go.sum
// hold what they need.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)

//go:build tools

// Package engine builds nothing itself: it pins the sources of the Pulumi CLI, and go.sum pins their content.
package engine

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
	_ "github.com/pulumi/pulumi/sdk/v3/go/common/version"
)

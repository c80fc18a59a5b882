//go:build tools

// The peer is transparency-dev's own program, as it is: this file only says
// which, so that go.mod and go.sum pin it and all that it is made from.
package tools

import _ "github.com/transparency-dev/tessera/cmd/fsck"

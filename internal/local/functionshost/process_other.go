//go:build !linux

package functionshost

import "os/exec"

// dieWithParent does nothing where the kernel has no such service: a handler whose host was killed is left
// behind, without a caller.
func dieWithParent(*exec.Cmd) {}

//go:build unix

package run

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps signals for our process group from a program that we start.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

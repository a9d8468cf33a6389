package run

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C of our console from a program that we start.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

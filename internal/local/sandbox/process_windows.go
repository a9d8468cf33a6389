package sandbox

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's interrupt from the command.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// joinGroup has no groups to join on Windows, where there are no machines either.
func joinGroup(*exec.Cmd, int) {}

// endGroup has no gentle form on Windows.
func endGroup(pid int) { killGroup(pid) }

// killGroup ends the process; its children are not followed.
func killGroup(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill() // gone already
	}
}

// processStarted is unknown on Windows, so nothing is killed by a pid file there.
func processStarted(int) string { return "" }

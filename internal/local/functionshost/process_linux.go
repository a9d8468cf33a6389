package functionshost

import (
	"os/exec"
	"syscall"
)

// dieWithParent lets the kernel end the handler when the host is killed, so that no orphan keeps working.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

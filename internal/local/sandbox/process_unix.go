//go:build unix

package sandbox

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// ownGroup puts the command at the head of a process group, so that its children can be ended with it and so that the
// terminal's interrupt reaches only us.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// joinGroup puts the command into the group that leader heads.
func joinGroup(cmd *exec.Cmd, leader int) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: leader}
}

// endGroup asks a process and its children to end; a group that is gone already is no failure.
func endGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGTERM) }

// killGroup ends them at once.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// processStarted tells when a process began, in whatever form the system has: Linux by /proc, others by ps.
// It is "" for a process that is not there.
func processStarted(pid int) string {
	if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil {
		// Field 22 is the start in ticks since boot; the name in field 2 may hold spaces, so count from its bracket.
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 19 {
			return fields[19]
		}
	}
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output() // #nosec G204 -- a number
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

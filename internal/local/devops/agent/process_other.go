//go:build !unix

package agent

import "os/exec"

// Without process groups only the process itself can be stopped, and only at once.

func ownGroup(*exec.Cmd) {}

func interruptGroup(*exec.Cmd) {}

func terminateGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may be gone already
}

func exitStatus(e *exec.ExitError) int { return e.ExitCode() }

//go:build unix

package engine

import "syscall"

// lowerPriority lets everything else on the machine go first. Failing to is no failure.
func lowerPriority(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10) }

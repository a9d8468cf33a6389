//go:build unix

package devops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leftoverPatience is how long killed processes may take to disappear.
const leftoverPatience = 5 * time.Second

// killLeftovers ends all processes of a run that an earlier process of ours started and did not live to stop. They are found
// by the marker in their environment, never by a remembered process id, which may belong to somebody else by now. It returns how many there were.
func killLeftovers(marker string) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), leftoverPatience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for killed := 0; ; {
		pids, err := processesWith(ctx, marker)
		if err != nil || len(pids) == 0 {
			return killed, err
		}
		killed = max(killed, len(pids))
		for _, pid := range pids {
			if err := killGroup(pid); err != nil {
				return killed, err
			}
		}
		select {
		case <-ctx.Done():
			return killed, fmt.Errorf("processes %v did not end: %w", pids, ctx.Err())
		case <-look.C:
		}
	}
}

// killGroup kills the process and its group, unless the group is our own.
func killGroup(pid int) error {
	target := pid
	if group, err := syscall.Getpgid(pid); err == nil && group != syscall.Getpgrp() {
		target = -group
	}
	if err := syscall.Kill(target, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill process %d: %w", pid, err)
	}
	return nil
}

// processesWith lists the living processes whose environment has the marker, without this one.
func processesWith(ctx context.Context, marker string) ([]int, error) {
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil || len(environs) == 0 {
		return processesByPS(ctx, marker)
	}
	var pids []int
	for _, path := range environs {
		environ, err := os.ReadFile(path) //nolint:gosec // a path below /proc
		if err != nil || !bytes.Contains(environ, []byte(marker)) {
			continue // ended meanwhile, a zombie, or not ours to read: not a process that we started
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// processesByPS does the same where there is no /proc (macOS): ps shows the environment of one's own processes behind their commands.
func processesByPS(ctx context.Context, marker string) ([]int, error) {
	out, err := exec.CommandContext(ctx, "ps", "-axwwE", "-o", "pid=,command=").Output()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var pids []int
	for line := range strings.SplitSeq(string(out), "\n") {
		first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		pid, err := strconv.Atoi(first)
		if err == nil && pid != os.Getpid() && strings.Contains(line, marker) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

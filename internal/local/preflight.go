package local

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// claimFolder makes the data folder and takes its lock, so that two processes never write to it. The lock ends with the process.
func claimFolder(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder %s: %w", dir, err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	taken, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
	}
	if !taken {
		return nil, fmt.Errorf("another lazuli up uses the data folder %s: stop it, or choose another folder with --data", dir)
	}
	return lock, nil
}

// checkSpace refuses to start on a disk that is nearly full: an answer now is better than a refused write later.
func checkSpace(dir string, minimum uint64) error {
	free, err := freeSpace(dir)
	if err != nil {
		return fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	if free < minimum {
		return fmt.Errorf("the disk of %s has only %d MiB free, and the platform needs %d MiB: make room, or choose another folder with --data", dir, free>>20, minimum>>20)
	}
	return nil
}

// listen opens a port on loopback, and says in plain words when somebody else has it.
func listen(address, flag string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("the address %q is not host:port", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the address %q is not of this machine alone: what lazuli up serves lets anybody in", address)
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %s is in use by another program: stop it, or choose another with %s 127.0.0.1:PORT", port, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// owner is the user that the database server runs as: on Windows always the one who runs us (pg_ctl drops
// administrator's rights by itself).
type owner struct{}

func unprivileged() *owner { return nil }

func (*owner) home(dir string) string { return filepath.Join(dir, "postgres") }

func (*owner) makeHome(_, home string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	return nil
}

func (*owner) abandoned() []string { return nil }

func (*owner) give(string) error { return nil }

func (*owner) apply(*exec.Cmd) {}

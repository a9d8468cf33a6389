//go:build unix

package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the user that the database server runs as. PostgreSQL refuses to run as root, so root borrows another
// user's rights; everybody else is nil and runs it himself.
type owner struct{ uid, gid uint32 }

func unprivileged() *owner {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return &owner{uid: uint32(uid), gid: uint32(gid)}
		}
	}
	return nil // initdb will say that it cannot run as root
}

// home answers where the cluster's files go: in dir, or in /var/tmp when the owner cannot get there, as beneath /root.
func (o *owner) home(dir string) string {
	home := filepath.Join(dir, "postgres")
	if o == nil {
		return home
	}
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			sum := sha256.Sum256([]byte(dir))
			return filepath.Join("/var/tmp", "lazuli-postgres-"+hex.EncodeToString(sum[:6]))
		}
		if parent == filepath.Dir(parent) {
			return home
		}
	}
}

// makeHome makes the folder and hands it over. The sandbox's own folder has to let its owner through, no more.
func (o *owner) makeHome(home string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if o == nil {
		return nil
	}
	if err := o.give(home); err != nil {
		return err
	}
	if parent := filepath.Dir(home); filepath.Base(home) == "postgres" {
		if err := os.Chmod(parent, 0o711); err != nil { // #nosec G302 -- passage only; what is inside has mode 0600 and 0700
			return fmt.Errorf("folder for PostgreSQL: %w", err)
		}
	}
	return nil
}

// give hands a file or folder over.
func (o *owner) give(path string) error {
	if o == nil {
		return nil
	}
	if err := os.Chown(path, int(o.uid), int(o.gid)); err != nil {
		return fmt.Errorf("hand %s to PostgreSQL's user: %w", path, err)
	}
	return nil
}

func (o *owner) apply(cmd *exec.Cmd) {
	if o != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: o.uid, Gid: o.gid}}
	}
}

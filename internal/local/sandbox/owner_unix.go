//go:build unix

package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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

// fallbackPrefix begins the names of cluster folders outside of their sandbox's folder.
const fallbackPrefix = "/var/tmp/lazuli-postgres-"

// markFile, in such a folder, holds the path of the sandbox's folder that it belongs to.
const markFile = "belongs-to"

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
			return fallbackPrefix + hex.EncodeToString(sum[:6])
		}
		if parent == filepath.Dir(parent) {
			return home
		}
	}
}

// makeHome makes the folder and hands it over. The sandbox's own folder has to let the owner through, no more.
func (o *owner) makeHome(dir, home string) error {
	if o == nil {
		if err := os.MkdirAll(home, 0o700); err != nil {
			return fmt.Errorf("folder for PostgreSQL: %w", err)
		}
		return nil
	}
	err := os.Mkdir(home, 0o700)
	if errors.Is(err, fs.ErrExist) {
		err = o.check(home)
	}
	if err != nil {
		return fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if err := o.give(home); err != nil {
		return err
	}
	if strings.HasPrefix(home, fallbackPrefix) {
		err = os.WriteFile(filepath.Join(home, markFile), []byte(dir), 0o600)
	} else {
		err = os.Chmod(dir, 0o711) // #nosec G302 -- passage only; what is inside has mode 0600 and 0700
	}
	if err != nil {
		return fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	return nil
}

// check refuses a folder that somebody else has put where ours should be: anybody may write to /var/tmp.
func (o *owner) check(home string) error {
	info, err := os.Lstat(home)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || (stat.Uid != o.uid && stat.Uid != 0) {
		return fmt.Errorf("%s belongs to somebody else: remove it", home)
	}
	return nil
}

// abandoned lists cluster folders in /var/tmp whose sandbox's folder has been deleted.
func (o *owner) abandoned() []string {
	if o == nil {
		return nil
	}
	homes, _ := filepath.Glob(fallbackPrefix + "*") // the only error is a bad pattern
	return slices.DeleteFunc(homes, func(home string) bool {
		dir, err := os.ReadFile(filepath.Join(home, markFile)) // #nosec G304 -- compared with, never shown
		if err != nil || o.check(home) != nil {
			return true
		}
		_, err = os.Stat(string(dir))
		return !errors.Is(err, fs.ErrNotExist)
	})
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

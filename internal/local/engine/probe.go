package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// probeTimeout bounds the question for a version: it takes 0.1 s, or several seconds on a laptop that just woke up.
const probeTimeout = 20 * time.Second

// The oldest engine that has what the modules use (checked blocks, tests): 1.6, where Terraform and OpenTofu parted.
const oldestMajor, oldestMinor = 1, 6

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v((\d+)\.(\d+)\.\d+\S*)`)

// probe asks a program who it is. The error is exec.ErrNotFound when there is no such program.
func probe(ctx context.Context, name string) (Status, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Status{}, fmt.Errorf("%s: %w", name, err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return Status{}, fmt.Errorf("%s: %w", name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "version") // #nosec G204 -- what the user has installed or set
	cmd.Env = CleanEnviron(os.Environ(), "")
	out, err := cmd.Output()
	if err != nil {
		return Status{}, fmt.Errorf("%s does not tell its version: %w", path, err)
	}
	match := versionLine.FindStringSubmatch(string(out))
	if match == nil {
		return Status{}, fmt.Errorf("%s is neither Terraform nor OpenTofu", path)
	}
	major, majorErr := strconv.Atoi(match[3])
	minor, minorErr := strconv.Atoi(match[4])
	if err := errors.Join(majorErr, minorErr); err != nil {
		return Status{}, fmt.Errorf("%s tells a strange version: %w", path, err)
	}
	if major < oldestMajor || major == oldestMajor && minor < oldestMinor {
		return Status{}, fmt.Errorf("%s is %s %s, and %d.%d is the oldest that will do", path, match[1], match[2], oldestMajor, oldestMinor)
	}
	return Status{State: Ready, Program: match[1], Version: match[2], Path: path}, nil
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// sentence joins what happened, why, and what to do.
func sentence(what string, why error, advice string) string {
	return what + ": " + strings.ReplaceAll(why.Error(), "\n", "; ") + ". " + advice + "."
}

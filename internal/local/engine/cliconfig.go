package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// The provider of our own that the mirror holds, as modules name it.
const (
	providerSource  = "lazuli-platform/sandbox"
	providerVersion = "0.1.0"
)

// registries are the hosts that the two engines complete a short provider source with.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// WriteCLIConfig makes a filesystem mirror with the provider binary beneath dir, under the names that both Terraform and
// OpenTofu look for, and answers the path of the CLI configuration file that points at it and at nothing else: a run
// never asks a registry, and a provider that is missing fails at once instead of after a time-out.
//
// It may be repeated, also with a new binary; a run that is going on keeps the old one.
func WriteCLIConfig(dir, providerBinary string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("folder for the engine's configuration: %w", err)
	}
	mirror := filepath.Join(dir, "mirror")
	for _, registry := range registries {
		folder := filepath.Join(mirror, registry, filepath.FromSlash(providerSource), providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o755); err != nil { // #nosec G301 -- programs, no secrets
			return "", fmt.Errorf("make provider mirror: %w", err)
		}
		name := "terraform-provider-sandbox_v" + providerVersion
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if err := linkOrCopy(providerBinary, filepath.Join(folder, name)); err != nil {
			return "", fmt.Errorf("fill provider mirror: %w", err)
		}
	}
	// Strings in this file follow Go's quoting rules closely enough for any path.
	text := fmt.Sprintf("disable_checkpoint = true\n\nprovider_installation {\n  filesystem_mirror {\n    path    = %s\n    include = [\"*/*/*\"]\n  }\n}\n",
		strconv.Quote(filepath.ToSlash(mirror)))
	file := filepath.Join(dir, "engine.tfrc")
	if err := replaceFile(file, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }, 0o600); err != nil {
		return "", fmt.Errorf("write the engine's configuration: %w", err)
	}
	return file, nil
}

// linkOrCopy puts target in place in one step; another file system means a copy.
func linkOrCopy(source, target string) error {
	fresh := target + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove: %w", err)
	}
	if err := os.Link(source, fresh); err == nil {
		return os.Rename(fresh, target)
	}
	return replaceFile(target, func(w io.Writer) error {
		file, err := os.Open(source) // #nosec G304 -- our own binary
		if err != nil {
			return err
		}
		_, err = io.Copy(w, file)
		return errors.Join(err, file.Close())
	}, 0o755)
}

func replaceFile(path string, write func(w io.Writer) error, mode os.FileMode) error {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode) // #nosec G304 -- the caller's folder
	if err != nil {
		return err
	}
	err = write(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Environment answers the variables that every run of the engine is given: where its configuration is, and that nobody
// sits at a terminal. They replace what the surrounding process has under the same names.
func Environment(cliConfig string) []string {
	return []string{"TF_CLI_CONFIG_FILE=" + cliConfig, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0"}
}

// CleanEnviron is the given environment without variables of an engine (TF_…) and with those of [Environment]: what a
// developer has set for his own work (a log level, a plugin cache, a workspace) must not change what the platform does.
func CleanEnviron(environ []string, cliConfig string) []string {
	kept := make([]string, 0, len(environ)+4)
	for _, variable := range environ {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "CHECKPOINT_") {
			kept = append(kept, variable)
		}
	}
	return append(kept, Environment(cliConfig)...)
}

package importade

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
)

// environment is an environment.yaml, as its documentation describes it.
type environment struct {
	Name         string      `yaml:"name"`
	Version      string      `yaml:"version"`
	Summary      string      `yaml:"summary"`
	Description  string      `yaml:"description"`
	Runner       string      `yaml:"runner"`
	TemplatePath string      `yaml:"templatePath"`
	Parameters   []parameter `yaml:"parameters"`

	Other map[string]any `yaml:",inline"` // that the documentation does not know
}

type parameter struct {
	ID          string `yaml:"id"`
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Default     any    `yaml:"default"`
	Type        string `yaml:"type"`
	Required    bool   `yaml:"required"`
	ReadOnly    bool   `yaml:"readOnly"`
	Allowed     []any  `yaml:"allowed"`

	Other map[string]any `yaml:",inline"`
}

// maxFile bounds each file that is read.
const maxFile = 1 << 20

// readEnvironment reads the text of an environment.yaml.
func readEnvironment(text []byte) (environment, error) {
	var e environment
	if err := yaml.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("it is not YAML of the documented form: %w", err)
	}
	e.TemplatePath = strings.TrimPrefix(e.TemplatePath, "./")
	switch {
	case strings.TrimSpace(e.Name) == "":
		return e, errors.New("it has no name")
	case e.TemplatePath == "":
		return e, errors.New("it has no templatePath")
	case !fs.ValidPath(e.TemplatePath) || e.TemplatePath == ".":
		return e, fmt.Errorf("its templatePath %q leads out of its folder", e.TemplatePath)
	}
	for i, p := range e.Parameters {
		if p.ID == "" {
			return e, fmt.Errorf("its parameter %d has no id", i+1)
		}
	}
	return e, nil
}

// runner is what carries out a definition.
type runner string

const (
	runnerARM       runner = "ARM"
	runnerBicep     runner = "Bicep"
	runnerTerraform runner = "Terraform"
)

// standardImages are the runners that Microsoft offers as images.
var standardImages = map[string]runner{
	"mcr.microsoft.com/deployment-environments/runners/core":      runnerARM,
	"mcr.microsoft.com/deployment-environments/runners/arm-bicep": runnerARM,
}

// runnerOf finds out how a definition is run: what it says, else what its template is.
func runnerOf(e environment) (runner, error) {
	image, _, _ := strings.Cut(e.Runner, ":")
	switch strings.ToLower(e.Runner) {
	case "arm", "bicep", "terraform", "":
	default:
		if standardImages[image] == "" {
			return "", fmt.Errorf("its runner is the image %s, which can do anything; write a definition for what it does", e.Runner)
		}
	}
	switch {
	case strings.HasSuffix(e.TemplatePath, ".bicep"):
		return runnerBicep, nil
	case strings.HasSuffix(e.TemplatePath, ".tf"), strings.HasSuffix(e.TemplatePath, ".tf.json"):
		return runnerTerraform, nil
	case strings.HasSuffix(e.TemplatePath, ".json"):
		return runnerARM, nil
	}
	return "", fmt.Errorf("its template %s is neither ARM, Bicep nor Terraform", e.TemplatePath)
}

// checkLinks refuses a path that goes by way of a symbolic link: it may lead to what is no part of the catalog.
func checkLinks(folder fs.FS, name string) error {
	for at := name; at != "."; at = path.Dir(at) {
		if info, err := fs.Lstat(folder, at); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("its file %s is, or is behind, a symbolic link, and links are not followed", name)
		}
	}
	return nil
}

// readFile reads a file of a definition, if it is a plain one of sensible size.
func readFile(folder fs.FS, name string) ([]byte, error) {
	if err := checkLinks(folder, name); err != nil {
		return nil, err
	}
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, fmt.Errorf("its file %s cannot be read: %w", name, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("its file %s is no plain file of at most %d bytes", name, maxFile)
	}
	text, err := fs.ReadFile(folder, name)
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), err
}

// compiled finds the ARM template that was made of a Bicep file.
func compiled(folder fs.FS, bicep string) (string, bool) {
	for _, name := range []string{strings.TrimSuffix(bicep, ".bicep") + ".json", path.Join(path.Dir(bicep), "azuredeploy.json")} {
		if info, err := fs.Stat(folder, name); err == nil && info.Mode().IsRegular() {
			return name, true
		}
	}
	return "", false
}

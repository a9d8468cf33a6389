package render

import (
	"path"
	"path/filepath"
	"strings"
)

// Backend says where the engine keeps the state of an environment: a [LocalBackend] or an [AzureBackend].
type Backend interface {
	// block gives the name and the settings of the engine's backend.
	block(project, environment string) (kind string, settings map[string]any)
}

// LocalBackend keeps states in files, as <Directory>/<project>/<environment>/terraform.tfstate.
type LocalBackend struct {
	Directory string // absolute: the engine runs in a folder of its own
}

func (b LocalBackend) block(project, environment string) (string, map[string]any) {
	return "local", map[string]any{"path": literal(path.Join(filepath.ToSlash(b.Directory), stateKey(project, environment)))}
}

// AzureBackend keeps states as blobs, <project>/<environment>/terraform.tfstate, and reaches them with the identity of
// whoever runs the engine: there is no key to leak.
type AzureBackend struct {
	StorageAccount string
	Container      string
}

func (b AzureBackend) block(project, environment string) (string, map[string]any) {
	return "azurerm", map[string]any{
		"storage_account_name": literal(b.StorageAccount),
		"container_name":       literal(b.Container),
		"key":                  stateKey(project, environment),
		"use_azuread_auth":     true,
	}
}

// stateKey needs no escaping: both are valid names.
func stateKey(project, environment string) string {
	return project + "/" + environment + "/terraform.tfstate"
}

// literal escapes a setting of the installation for Terraform's JSON syntax, in which every text is a template.
func literal(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

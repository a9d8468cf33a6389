package render

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// identifierPattern is what inputs and outputs of the catalog must be called to be written into code.
var identifierPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

var (
	contextVariable = map[string]any{
		"description": "Where this is deployed.",
		"type":        "object({project = string, environment = string, type = string})",
	}
	contextArgument = map[string]any{"project": "${var.context.project}", "environment": "${var.context.environment}"}
)

// root is a Terraform root in the making.
type root struct {
	code      map[string]any
	variables map[string]any
	modules   map[string]map[string]string // files by module folder

	declared map[string]any // variables
	calls    map[string]any // modules
	outputs  map[string]any // by alias
	secrets  map[string]any // addresses of the secret values that are used, by key
}

func (r *Renderer) root(in platform.RenderInput) (*root, error) {
	out := &root{
		variables: map[string]any{"context": map[string]any{"project": in.Project, "environment": in.Environment, "type": in.Type}},
		modules:   map[string]map[string]string{},
		declared:  map[string]any{"context": contextVariable},
		calls:     map[string]any{},
		outputs:   map[string]any{},
		secrets:   map[string]any{},
	}
	for _, alias := range in.Manifest.Aliases() {
		if err := r.resource(out, alias, in); err != nil {
			return nil, fmt.Errorf("resource %q: %w", alias, err)
		}
	}
	if len(out.secrets) > 0 {
		out.declared[secretsVariable] = map[string]any{"description": "Addresses of secrets in the vault, by key.", "type": "map(string)"}
		out.variables[secretsVariable] = out.secrets
	}
	r.addBases(out, in)
	out.code = map[string]any{
		"terraform": r.settings(),
		"variable":  out.declared,
		"output":    map[string]any{"outputs": map[string]any{"description": "By resource, then by output. Secrets are addresses in the vault.", "value": out.outputs}},
	}
	if len(out.calls) > 0 {
		out.code["module"] = out.calls
	}
	if providers := r.providers(); len(providers) > 0 {
		out.code["provider"] = providers
	}
	return out, nil
}

// resource adds the module call of one resource, its variable and its outputs.
func (r *Renderer) resource(out *root, alias string, in platform.RenderInput) error {
	resource := in.Manifest.Resources[alias]
	resolved, ok := in.Resolved[alias]
	if !ok || !platform.ValidName(alias) {
		return errors.New("no definition was chosen for it")
	}
	target, err := r.target(resolved.Definition)
	if err != nil {
		return err
	}
	v := newValues(alias, resource, in)
	call := map[string]any{"source": "./modules/" + out.use(resolved.Definition), "context": resourceContext(alias, target)}
	if err := v.arguments(call, resource, resolved.Definition); err != nil {
		return err
	}
	if resolved.Definition.Power {
		out.addPower(call)
	}
	r.readSecrets(out, v.secrets, target)
	out.calls[alias] = call
	out.declared[variableName(alias)] = map[string]any{"description": "What was asked for as " + alias + ".", "type": "any"}
	out.variables[variableName(alias)] = v.variable()
	return r.addOutputs(out, alias, resolved.Type.Outputs, target)
}

// use takes the module of a definition into the root and gives its folder. Two versions of one module get two folders.
func (out *root) use(d platform.ResourceDefinition) string {
	folder := d.Module
	if taken, ok := out.modules[folder]; ok && !maps.Equal(taken, d.Files) {
		folder += "--" + d.Name // no module's name has two dashes in a row
	}
	out.modules[folder] = d.Files
	return folder
}

// addOutputs gives every output of a resource to the outside: its value, or for a secret its address in the vault.
func (r *Renderer) addOutputs(out *root, alias string, schema platform.Schema, target Target) error {
	values := map[string]any{}
	for _, name := range schema.Names() {
		if !identifierPattern.MatchString(name) {
			return fmt.Errorf("output %q cannot be a name in Terraform", name)
		}
		value := "${" + moduleOutput(alias, name) + "}"
		if !schema.Secret(name) {
			values[name] = value
			continue
		}
		// No alias has an underscore, so this is no resource's name, and no other secret's.
		store := "secret_" + alias + "_" + name
		label, err := secretName(alias, name)
		if err != nil {
			return err
		}
		out.modules[target.Secret] = r.modules[target.Secret]
		out.calls[store] = map[string]any{
			"source":  "./modules/" + target.Secret,
			"context": resourceContext(alias, target),
			"name":    label,
			"value":   value,
		}
		values[name] = map[string]any{"secret": "${module." + store + ".reference}"}
	}
	out.outputs[alias] = values
	return nil
}

// secretsVariable holds addresses. No resource's variable begins with anything but r_.
const secretsVariable = "secrets"

// readSecrets adds a module call for each secret value that a resource uses. The keys are identifiers, and no name of another
// module begins like theirs; the addresses travel as a variable.
func (r *Renderer) readSecrets(out *root, addresses map[string]string, target Target) {
	for key, address := range addresses {
		out.secrets[key] = address
		out.modules[target.ReadSecret] = r.modules[target.ReadSecret]
		out.calls[secretValue(key)] = map[string]any{
			"source":    "./modules/" + target.ReadSecret,
			"context":   target.standing(contextArgument),
			"reference": "${var." + secretsVariable + "." + key + "}",
		}
	}
}

// secretValue is the module that reads a secret value.
func secretValue(key string) string { return "value_" + key }

func resourceContext(alias string, target Target) map[string]any {
	return target.standing(map[string]any{
		"project":     contextArgument["project"],
		"environment": contextArgument["environment"],
		"alias":       alias,
		"class":       "${var." + variableName(alias) + ".class}",
	})
}

// variableName derives a Terraform identifier from an alias: the alphabet of aliases is legal in one, and the prefix keeps
// clear of the names that Terraform reserves for itself.
func variableName(alias string) string { return "r_" + alias }

func moduleOutput(alias, name string) string { return "module." + alias + "." + name }

// secretName is what a secret output is called in the vault of its environment, such as db--connection-string. The last two
// dashes side by side are ours, because what is made of an output's name has none: so no two outputs share a name.
func secretName(alias, output string) (string, error) {
	var word strings.Builder
	for _, c := range output {
		if unicode.IsUpper(c) {
			word.WriteByte('-')
		}
		word.WriteRune(unicode.ToLower(c))
	}
	name := alias + "--" + word.String()
	if strings.ContainsAny(output, "_") || strings.Contains(word.String(), "--") || !platform.ValidName(name) {
		return "", fmt.Errorf("the secret output %q cannot be named in a vault: use a short camelCase name", output)
	}
	return name, nil
}

package importade

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// arm is the part of an ARM template that matters here.
type arm struct {
	Schema     string `json:"$schema"`
	Parameters map[string]struct {
		Type         string `json:"type"`
		DefaultValue any    `json:"defaultValue"`
	} `json:"parameters"`
	Outputs map[string]struct {
		Type string `json:"type"`
	} `json:"outputs"`
}

// carryARM makes a module that deploys the template as it is.
func (m *importing) carryARM(file string) error {
	text, err := readFile(m.folder, file)
	if err != nil {
		return err
	}
	var template arm
	var whole map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := json.Unmarshal(text, &template); err != nil {
		return fmt.Errorf("its template %s is no ARM template: %w", file, err)
	}
	if err := decoder.Decode(&whole); err != nil {
		return fmt.Errorf("its template %s is no ARM template: %w", file, err)
	}
	if !strings.Contains(template.Schema, "deploymentTemplate.json") {
		return fmt.Errorf("its template %s does not deploy into a resource group: its $schema is %q", file, template.Schema)
	}
	if err := m.matchARM(template); err != nil {
		return err
	}
	m.armOutputs(template)
	main, err := encodeJSON(m.armModule(whole))
	if err != nil {
		return err
	}
	m.module["main.tf.json"] = main
	return nil
}

// armKinds are the types of ARM by those of JSON Schema that values of theirs have.
var armKinds = map[string]string{"string": "string", "securestring": "string", "int": "integer", "bool": "boolean", "array": "array", "object": "object", "secureobject": "object"}

// matchARM compares the parameters of environment.yaml with those of the template.
func (m *importing) matchARM(template arm) error {
	m.inputs = slices.DeleteFunc(m.inputs, func(in input) bool {
		name, ok := template.parameter(in.id)
		parameter := template.Parameters[name]
		kind := armKinds[strings.ToLower(parameter.Type)]
		if !ok {
			m.loses("The parameter %s is none of the template; it is left out.", in.id)
		} else if given, _ := in.schema["type"].(string); given != "" && kind != "" && given != kind && (given != "number" || kind != "integer") {
			m.loses("The parameter %s is of type %s in environment.yaml and of type %s in the template, which will refuse it: make them agree.", in.id, given, parameter.Type)
		}
		if strings.HasPrefix(strings.ToLower(parameter.Type), "secure") {
			m.loses("The parameter %s is secret: give it a secret value, ${values.<key>}, and never the secret itself.", in.id)
		}
		return !ok
	})
	for _, name := range slices.Sorted(maps.Keys(template.Parameters)) {
		given := slices.ContainsFunc(m.inputs, func(in input) bool { return strings.EqualFold(in.id, name) })
		if !given && template.Parameters[name].DefaultValue == nil {
			return fmt.Errorf("its template needs the parameter %q, which its environment.yaml does not name", name)
		}
	}
	return nil
}

// parameter finds a parameter; ARM does not tell small letters from capital ones.
func (a arm) parameter(id string) (string, bool) {
	for _, name := range slices.Sorted(maps.Keys(a.Parameters)) {
		if strings.EqualFold(name, id) {
			return name, true
		}
	}
	return "", false
}

func (m *importing) armOutputs(template arm) {
	kinds := map[string]string{"string": "string", "int": "integer", "bool": "boolean", "array": "array", "object": "object"}
	for _, id := range slices.Sorted(maps.Keys(template.Outputs)) {
		kind, known := kinds[strings.ToLower(template.Outputs[id].Type)]
		switch {
		case !platform.ValidIdentifier(id) || id == "honesty" || id == "implementation":
			m.loses("The output %s has a name that outputs cannot have here.", id)
		case !known:
			m.loses("The output %s is %s, which ARM does not give away.", id, template.Outputs[id].Type)
		default:
			m.outputs = append(m.outputs, output{id: id, name: id, kind: kind})
		}
	}
}

// armModule is the module, in Terraform's JSON form: in it, the template's texts are escaped, so that ARM's own expressions stay texts.
func (m *importing) armModule(template map[string]any) map[string]any {
	const deployment = "azurerm_resource_group_template_deployment"
	variables := map[string]any{"context": contextVariable}
	parameters := map[string]any{}
	for _, in := range m.inputs {
		variable := map[string]any{"type": "any"}
		if !in.required {
			variable["default"] = nil
		}
		variables[in.name] = variable
		parameters[escape(in.id)] = "${var." + in.name + "}"
	}
	outputs := map[string]any{}
	for _, out := range m.outputs {
		outputs[out.name] = map[string]any{"value": "${try(jsondecode(" + deployment + ".this.output_content)." + out.id + ".value, null)}"}
	}
	outputs["honesty"] = map[string]any{"value": "real"}
	outputs["implementation"] = map[string]any{"value": "an ARM deployment in the resource group ${azurerm_resource_group.this.name}"}
	place := "${var.context.project}-${var.context.environment}-${var.context.alias}"
	return map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"azurerm": map[string]any{"source": "hashicorp/azurerm"}}},
		"variable":  variables,
		"locals":    map[string]any{"template": escaped(template), "parameters": parameters},
		"resource": map[string]any{
			"azurerm_resource_group": map[string]any{"this": map[string]any{"name": "rg-" + place, "location": "${var.context.region}",
				"tags": map[string]any{"lazuli-project": "${var.context.project}", "lazuli-environment": "${var.context.environment}"}}},
			deployment: map[string]any{"this": map[string]any{"name": place, "resource_group_name": "${azurerm_resource_group.this.name}", "deployment_mode": "Complete",
				"template_content":   "${jsonencode(local.template)}",
				"parameters_content": "${jsonencode({for name, value in local.parameters : name => {value = value} if value != null})}"}},
		},
		"output": outputs,
	}
}

// contextVariable is what every module takes.
var contextVariable = map[string]any{
	"description": "Whose resource this is: project, environment and its alias in the manifest.",
	"type":        `object({project = string, environment = string, alias = string, class = optional(string, ""), region = optional(string, "westeurope")})`,
}

// escape writes a text for Terraform's JSON syntax, in which every text is a template.
func escape(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

func escaped(value any) any {
	switch v := value.(type) {
	case string:
		return escape(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[escape(key)] = escaped(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = escaped(item)
		}
		return out
	}
	return value
}

func encodeJSON(value any) (string, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(value)
	return out.String(), err
}

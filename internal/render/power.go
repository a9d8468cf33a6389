package render

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// powerVariable says for the whole root whether what can be switched is on. No resource's variable begins with anything but r_. The
// module of a definition that honours it has a variable of the same name.
const powerVariable = "power"

const variablesFile = "terraform.tfvars.json"

var powerDeclared = map[string]any{"description": "on, or off while the environment hibernates.", "type": "string"}

// addPower gives a module its power: that of the root. What was asked for as off stays off.
func (out *root) addPower(call map[string]any) {
	out.declared[powerVariable] = powerDeclared
	out.variables[powerVariable] = platform.PowerOn
	asked, ok := call[powerVariable].(string)
	if !ok {
		call[powerVariable] = "${var." + powerVariable + "}"
		return
	}
	call[powerVariable] = `${var.` + powerVariable + ` == "off" ? "off" : "` + asked + `"}` // asked is a template of ours
}

// Switch sets the power of a rendered root.
func (r *Renderer) Switch(files map[string]string, power platform.Power) (map[string]string, bool, error) {
	var variables map[string]json.RawMessage
	if err := json.Unmarshal([]byte(files[variablesFile]), &variables); err != nil {
		return nil, false, fmt.Errorf("read the variables of a root: %w", err)
	}
	if _, ok := variables[powerVariable]; !ok {
		return files, false, nil
	}
	variables[powerVariable] = json.RawMessage(`"` + power + `"`)
	text, err := encode(variables)
	if err != nil {
		return nil, false, fmt.Errorf("write the variables of a root: %w", err)
	}
	out := maps.Clone(files)
	out[variablesFile] = string(text)
	return out, true, nil
}

package render

import (
	"maps"
	"path"
	"slices"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The tags that every module of Azure gives to what it makes.
const (
	ProjectTag     = "lazuli-project"
	EnvironmentTag = "lazuli-environment"
	OperationTag   = "lazuli-operation" // that made the resource; a later one does not take it over
)

// operationVariable and what a target's settings are called: no resource's variable begins with anything but r_.
const operationVariable = "operation"

func (t Target) settingsVariable() string { return t.Folder + "_settings" }

// base is the module call that the target's resources stand on. No alias has an underscore.
func (t Target) base() string { return t.Folder + "_environment" }

// standing adds to the context of a module where it stands.
func (t Target) standing(context map[string]any) map[string]any {
	if t.Base == "" {
		return context
	}
	out := maps.Clone(context)
	out["place"] = "${module." + t.base() + ".place}"
	return out
}

// addBases declares the settings of the targets, and calls the base of each that a resource builds on. A root without resources calls
// none, so that what the last ones shared goes with them.
func (r *Renderer) addBases(out *root, in platform.RenderInput) {
	for _, folder := range slices.Sorted(maps.Keys(r.targets)) {
		t := r.targets[folder]
		if t.Settings != nil {
			out.declared[t.settingsVariable()] = map[string]any{"description": "Of this installation: where it builds.", "type": "map(string)"}
			settings := maps.Clone(t.Settings)
			settings["region"] = in.Region
			out.variables[t.settingsVariable()] = settings
		}
		uses := usesOf(folder, in.Resolved)
		if t.Base == "" || len(uses) == 0 {
			continue
		}
		out.declared[operationVariable] = map[string]any{"description": "The operation that makes what is new.", "type": "string"}
		out.variables[operationVariable] = in.Operation
		out.modules[t.Base] = r.modules[t.Base]
		out.calls[t.base()] = map[string]any{
			"source":   "./modules/" + t.Base,
			"context":  contextArgument,
			"settings": "${var." + t.settingsVariable() + "}",
			"uses":     uses,
			"tags": map[string]any{
				ProjectTag:     contextArgument["project"],
				EnvironmentTag: contextArgument["environment"],
				OperationTag:   "${var." + operationVariable + "}",
			},
		}
	}
}

// usesOf names the modules of a target that are called; their names are checked when they are written down (target).
func usesOf(folder string, resolved map[string]platform.Resolved) []string {
	var out []string
	for _, one := range resolved {
		if one.Definition.Target() == folder {
			out = append(out, path.Base(one.Definition.Module))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// providers configures the targets' providers, in every root: what a manifest no longer names is removed by its provider.
func (r *Renderer) providers() map[string]any {
	out := map[string]any{}
	for _, t := range r.targets {
		for name, p := range t.Providers {
			if p.Configuration != nil {
				out[name] = p.Configuration
			}
		}
	}
	return out
}

package modules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Readme writes what a person wants to know of a module. The definitions are those that use it, kind is the type that they implement;
// both are empty for a module that roots call by themselves.
func Readme(m Module, kind platform.ResourceType, definitions []platform.ResourceDefinition) string {
	var out strings.Builder
	fmt.Fprintf(&out, "<!-- Written by make generate. -->\n# %s\n\n", m.Path)
	if len(definitions) > 0 {
		fmt.Fprintf(&out, "The resource type `%s`: %s\n\n", kind.Name, kind.Description)
		for _, d := range definitions {
			fmt.Fprintf(&out, "- `%s`: %s\n", d.Name, d.Description)
		}
	} else {
		fmt.Fprintf(&out, "%s\n", cmp.Or(m.Comment, "Roots call it by themselves; no resource type stands for it."))
	}
	out.WriteString("\n## Takes\n\n| name | type | default | whose | what |\n|---|---|---|---|---|\n")
	for _, v := range m.Variables {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", v.Name, code(v.Type), code(v.Default), whose(v.Name, kind, definitions), cell(v.Description))
	}
	out.WriteString("\n## Gives\n\n| name | secret | what |\n|---|---|---|\n")
	for _, o := range m.Outputs {
		secret := ""
		if o.Sensitive {
			secret = "yes"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", o.Name, secret, cell(o.Description))
	}
	out.WriteString("\n## Makes\n\n")
	for _, line := range makes(m) {
		out.WriteString(line)
	}
	return out.String()
}

// whose says who decides about a variable.
func whose(name string, kind platform.ResourceType, definitions []platform.ResourceDefinition) string {
	if _, asked := kind.Inputs.Property(name); asked && len(definitions) > 0 {
		return "who asks"
	}
	if name == "context" || name == "power" || len(definitions) == 0 {
		return "the root"
	}
	return "the definition"
}

// makes lists the types of resources with how many a module declares, and the providers.
func makes(m Module) []string {
	counts := map[string]int{}
	for _, r := range m.Resources {
		if !r.Data {
			counts[r.Type]++
		}
	}
	out := make([]string, 0, len(counts)+1)
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		times := ""
		if counts[kind] > 1 {
			times = fmt.Sprintf(" (%d)", counts[kind])
		}
		out = append(out, fmt.Sprintf("- `%s`%s\n", kind, times))
	}
	if len(out) == 0 {
		out = append(out, "Nothing; it reads.\n")
	}
	providers := make([]string, 0, len(m.Providers))
	for _, name := range slices.Sorted(maps.Keys(m.Providers)) {
		providers = append(providers, fmt.Sprintf("`%s` %s", m.Providers[name].Source, m.Providers[name].Version))
	}
	if len(providers) > 0 {
		out = append(out, "\nwith "+strings.Join(providers, ", ")+".\n")
	}
	return out
}

// code writes an expression on one line of a table; what is long is left to its file.
func code(text string) string {
	if text == "" {
		return ""
	}
	if open, end := strings.Index(text, "{"), strings.LastIndex(text, "}"); strings.Contains(text, "\n") && open >= 0 && end > open {
		text = text[:open+1] + "…" + text[end:]
	}
	return "`" + cell(strings.Join(strings.Fields(text), " ")) + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

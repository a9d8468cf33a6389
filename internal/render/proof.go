package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// proof is the root that lists what exists of the environment, in all targets. It has no state and makes nothing.
func (r *Renderer) proof(used map[string]map[string]string) map[string]any {
	calls := map[string]any{}
	lists := []string{}
	for _, folder := range slices.Sorted(maps.Keys(r.targets)) {
		t := r.targets[folder]
		if t.Leftovers == "" {
			continue
		}
		used[t.Leftovers] = r.modules[t.Leftovers]
		calls[folder] = map[string]any{"source": "../modules/" + t.Leftovers, "context": contextArgument}
		lists = append(lists, `[for item in module.`+folder+`.items : "${item.kind}/${item.name}"]`)
	}
	root := map[string]any{
		"terraform": r.settings(),
		"variable":  map[string]any{"context": contextVariable},
		"output":    map[string]any{"remaining": map[string]any{"value": "${concat(" + strings.Join(lists, ", ") + ")}"}},
	}
	if len(calls) > 0 {
		root["module"] = calls
	} else {
		root["output"] = map[string]any{"remaining": map[string]any{"value": []string{}}}
	}
	return root
}

// asksGraph reports whether a target's leftovers are found in Azure Resource Graph.
func (r *Renderer) asksGraph() bool {
	for _, t := range r.targets {
		if t.ResourceGraph {
			return true
		}
	}
	return false
}

// graphQuestion is what a run asks Azure Resource Graph after a deletion (internal/cli/run says how). The names of project and
// environment are of a-z, 0-9 and dash, checked by Render: nothing in them means anything in a query. The index is minutes
// behind, both with what is gone and with what was just made.
func graphQuestion(in platform.RenderInput) map[string]any {
	tagged := fmt.Sprintf("| where tags['%s'] == '%s' and tags['%s'] == '%s' | project id", ProjectTag, in.Project, EnvironmentTag, in.Environment)
	return map[string]any{
		"query":    "resourcecontainers " + tagged + " | union (resources " + tagged + ") | order by id asc",
		"sees":     "resourcecontainers | where type == 'microsoft.resources/subscriptions' | project id | limit 1",
		"agree":    2,
		"pause":    "30s",
		"patience": "15m",
	}
}

package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
)

const (
	// maxDriftProperties is about how many bytes the properties of all drifted resources may take.
	maxDriftProperties = 200 << 10
	// maxFound and maxAllFound bound the values that are told whole, one and all together, in bytes of JSON.
	maxFound    = 4 << 10
	maxAllFound = 100 << 10
)

// drifted tells which resources are not as the state had them before the engine looked: somebody changed them outside.
func drifted(raw []byte) ([]api.PlanDrift, error) {
	var shown struct {
		Drift []struct {
			Address string        `json:"address"`
			Mode    string        `json:"mode"`
			Change  plannedChange `json:"change"`
		} `json:"resource_drift"`
	}
	if err := json.Unmarshal(raw, &shown); err != nil {
		return nil, fmt.Errorf("decode the drift: %w", err)
	}
	out := []api.PlanDrift{}
	properties, found := maxDriftProperties, maxAllFound
	for _, d := range shown.Drift {
		gone := slices.Contains(d.Change.Actions, "delete")
		if d.Mode == "data" || !gone && !slices.Contains(d.Change.Actions, "update") || len(out) == maxPlanChanges {
			continue // one that only moved in the state is the same thing
		}
		told := api.PlanDrift{Address: clipped(safe(d.Address), maxShown), Action: "change"}
		if gone {
			told.Action = "remove"
			out = append(out, told)
			continue
		}
		differ, more := d.Change.properties(&properties)
		if len(differ)+more == 0 {
			continue // what differs for the provider alone
		}
		told.Properties = differ
		if more > 0 {
			told.MoreProperties = &more
		}
		told.Found = d.Change.found(differ, &found)
		out = append(out, told)
	}
	return out, nil
}

// exact reports whether every number in a value is one that was not rounded when it was read.
func exact(v any) bool {
	const most = 1 << 53
	switch v := v.(type) {
	case float64:
		return v > -most && v < most
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !exact(item) })
	case map[string]any:
		for _, member := range v {
			if !exact(member) {
				return false
			}
		}
	}
	return true
}

// found gives, of the properties that differ, what they are now: whole, by the name at the top of their path. What is sensitive
// in any part is left out, and so is what is too large.
func (c plannedChange) found(differ []api.PropertyChange, left *int) map[string]any {
	out := map[string]any{}
	if c.AfterSensitive == true || c.BeforeSensitive == true {
		return out
	}
	after, hidden, wasHidden := object(c.After), object(c.AfterSensitive), object(c.BeforeSensitive)
	for _, p := range differ {
		name, _, _ := strings.Cut(p.Path, ".")
		name, _, _ = strings.Cut(name, "[")
		v, ok := after[name]
		if _, done := out[name]; done || !ok || marked(hidden[name]) || marked(wasHidden[name]) || secretName.MatchString(name) || namesSecret(v) {
			continue
		}
		text, err := json.Marshal(v)
		if err != nil || len(text) > maxFound || len(text) > *left || !exact(v) {
			continue
		}
		*left -= len(text)
		out[name] = v
	}
	return out
}

package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Recording is the schema of one provider in the engine's JSON format.
type Recording struct {
	Origin string `json:"origin,omitempty"` // which provider it was taken of, in which version, under which licence

	Provider    schema            `json:"provider"`
	Resources   map[string]schema `json:"resource_schemas"`
	DataSources map[string]schema `json:"data_source_schemas"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes map[string]attribute `json:"attributes,omitempty"`
	Blocks     map[string]nested    `json:"block_types,omitempty"`
}

type attribute struct {
	Type       json.RawMessage `json:"type"`
	Required   bool            `json:"required,omitempty"`
	Optional   bool            `json:"optional,omitempty"`
	Computed   bool            `json:"computed,omitempty"`
	Sensitive  bool            `json:"sensitive,omitempty"`
	Deprecated bool            `json:"deprecated,omitempty"`
	WriteOnly  bool            `json:"write_only,omitempty"`
}

type nested struct {
	Nesting  string `json:"nesting_mode"`
	Block    block  `json:"block"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

// Read reads a recording: one of this package, or the engine's own output for a single provider.
func Read(text []byte) (Recording, error) {
	var whole struct {
		Recording
		Providers map[string]Recording `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		return Recording{}, fmt.Errorf("read recorded schema: %w", err)
	}
	out := whole.Recording
	if len(whole.Providers) > 1 {
		return out, errors.New("read recorded schema: it is of more than one provider")
	}
	for _, p := range whole.Providers {
		out = p
	}
	if len(out.Resources) == 0 {
		return out, errors.New("read recorded schema: it has no resources")
	}
	return out, nil
}

// Trim keeps the named resources and data sources. One that is not recorded is an error: it was asked for because it is used.
func (r Recording) Trim(resources, dataSources []string) (Recording, error) {
	var missing []error
	pick := func(from map[string]schema, names []string) map[string]schema {
		out := map[string]schema{}
		for _, name := range names {
			s, ok := from[name]
			if !ok {
				missing = append(missing, fmt.Errorf("%s is not in the recording", name))
			}
			out[name] = s
		}
		return out
	}
	r.Resources, r.DataSources = pick(r.Resources, resources), pick(r.DataSources, dataSources)
	return r, errors.Join(missing...)
}

// protocol gives a schema as the plugin protocol has it, in a stable order.
func (s schema) protocol() (*tfprotov5.Schema, error) {
	b, err := s.Block.protocol()
	return &tfprotov5.Schema{Version: s.Version, Block: b}, err
}

var nestings = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
	"map":    tfprotov5.SchemaNestedBlockNestingModeMap,
	"group":  tfprotov5.SchemaNestedBlockNestingModeGroup,
}

func (b block) protocol() (*tfprotov5.SchemaBlock, error) {
	out := &tfprotov5.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		kind, err := tftypes.ParseJSONType(a.Type) //nolint:staticcheck // what providers print is JSON, and there is no other reader for it
		if err != nil {
			return nil, fmt.Errorf("type of %s: %w", name, err)
		}
		out.Attributes = append(out.Attributes, &tfprotov5.SchemaAttribute{Name: name, Type: kind, Required: a.Required, Optional: a.Optional,
			Computed: a.Computed, Sensitive: a.Sensitive, Deprecated: a.Deprecated, WriteOnly: a.WriteOnly})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		n := b.Blocks[name]
		inner, err := n.Block.protocol()
		if err != nil {
			return nil, fmt.Errorf("block %s: %w", name, err)
		}
		mode, ok := nestings[n.Nesting]
		if !ok {
			return nil, fmt.Errorf("block %s: there is no nesting %q", name, n.Nesting)
		}
		out.BlockTypes = append(out.BlockTypes, &tfprotov5.SchemaNestedBlock{TypeName: name, Block: inner, Nesting: mode, MinItems: n.MinItems, MaxItems: n.MaxItems})
	}
	return out, nil
}

// Takes reports whether a resource has an argument.
func (r Recording) Takes(resource, argument string) bool {
	a, ok := r.Resources[resource].Block.Attributes[argument]
	return ok && (a.Required || a.Optional)
}

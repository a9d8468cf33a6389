package platform

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxSchemaDepth bounds the nesting of a schema in the catalog.
const maxSchemaDepth = 40

// CompileSchema compiles a JSON Schema 2020-12 of the catalog; name says in errors whose it is, such as
// "template web-service: parameters". The root must be "type: object". Formats are checked, defaults must satisfy their
// own schemas, and a $ref may point only within the schema. The errors are for those who write the catalog.
func CompileSchema(name string, raw json.RawMessage) (Schema, error) {
	document, err := decodeJSON(raw, maxSchemaDepth)
	if err != nil {
		return Schema{}, fmt.Errorf("schema of %s: %w", name, err)
	}
	root, ok := document.(map[string]any)
	if !ok || root["type"] != "object" {
		return Schema{}, fmt.Errorf(`schema of %s: the root must be a schema with "type: object"`, name)
	}
	for _, keyword := range []string{"additionalProperties", "patternProperties", "unevaluatedProperties", "$ref"} {
		if value, ok := root[keyword]; ok && value != false {
			return Schema{}, fmt.Errorf("schema of %s: %q cannot stand at the root: what is not listed under \"properties\" is refused", name, keyword)
		}
	}
	const address = "lazuli:schema"
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(address, document); err != nil {
		return Schema{}, fmt.Errorf("schema of %s: %w", name, err)
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return Schema{}, fmt.Errorf("schema of %s: %w", name, schemaFault(err))
	}
	schema := Schema{JSON: encodeJSON(document), Compiled: compiled}
	for _, property := range slices.Sorted(maps.Keys(compiled.Properties)) {
		if p := compiled.Properties[property]; p.Default != nil {
			if err := p.Validate(*p.Default); err != nil {
				return Schema{}, fmt.Errorf("schema of %s: the default of %q does not satisfy its own schema", name, property)
			}
		}
	}
	return schema, nil
}

// schemaFault makes one line of the validator's tree when a schema is not what a schema must be.
func schemaFault(err error) error {
	var invalid *jsonschema.SchemaValidationError
	var v *jsonschema.ValidationError
	if !errors.As(err, &invalid) || !errors.As(invalid.Err, &v) {
		return err
	}
	if wrong := (judgement{}).violations(v); len(wrong) > 0 {
		return fmt.Errorf("%s: %s", wrong[0].Pointer, strings.TrimSuffix(wrong[0].Message, "."))
	}
	return err
}

// noLoader keeps the compiler from reading files or the network for a $ref.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("a $ref may only point within the schema, not to %s", url)
}

// Property gives the JSON of a top-level property's schema; false if there is none of that name.
func (s Schema) Property(name string) (map[string]any, bool) {
	var root struct {
		Properties map[string]map[string]any `json:"properties"`
	}
	if len(s.JSON) == 0 || json.Unmarshal(s.JSON, &root) != nil {
		return nil, false
	}
	property, ok := root.Properties[name]
	return property, ok
}

// Names lists the top-level properties, sorted.
func (s Schema) Names() []string {
	if s.Compiled == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.Compiled.Properties))
}

// Secret reports whether the top-level property is marked x-secret: its value may never leave the vault.
func (s Schema) Secret(name string) bool {
	property, _ := s.Property(name)
	return property["x-secret"] == true
}

// withDefaults gives a copy of the values in which every top-level property that has a default and is absent has it,
// as write puts it; but for those that skip names.
func (s Schema) withDefaults(values map[string]any, skip map[string]any, write func(any) any) map[string]any {
	out := make(map[string]any, len(values))
	maps.Copy(out, values)
	if s.Compiled == nil {
		return out
	}
	for name, property := range s.Compiled.Properties {
		_, given := out[name]
		_, skipped := skip[name]
		if !given && !skipped && property.Default != nil {
			out[name] = write(*property.Default)
		}
	}
	return out
}

// validate checks values against the schema and adds the pointer to every violation; nil means valid. Values at the locations that
// opaque names are not known yet: what depends on them is not judged.
func (s Schema) validate(pointer string, values map[string]any, opaque opaqueLocations) []Detail {
	if s.Compiled == nil {
		return nil
	}
	var wrong []Detail
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, known := s.Compiled.Properties[name]; !known {
			wrong = append(wrong, Detail{pointer + "/" + pointerToken(name), unknownProperty(s.Names())})
		}
	}
	err := s.Compiled.Validate(values)
	if err == nil {
		return wrong
	}
	var violation *jsonschema.ValidationError
	if !errors.As(err, &violation) {
		return append(wrong, Detail{pointer, sentence(err)})
	}
	return uniqueDetails(append(wrong, judgement{s, values, pointer, opaque}.violations(violation)...))
}

package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// kind says which fields a kind of document has, and reads its spec.
type kind struct {
	metadata []string
	fields   []string
	spec     func(l *loader, name string, metadata, spec *fields)
}

var kinds = map[string]kind{
	"ResourceType": {
		metadata: []string{"name", "title", "description"},
		fields:   []string{"inputs", "outputs"},
		spec:     (*loader).resourceType,
	},
	"ResourceDefinition": {
		metadata: []string{"name", "title", "description", "version"},
		fields:   []string{"type", "version", "engine", "module", "inputs", "match"},
		spec:     (*loader).definition,
	},
	"Template": {
		metadata: []string{"name", "title", "description", "version", "owner", "tags"},
		fields:   []string{"version", "parameters", "manifest", "estimate"},
		spec:     (*loader).template,
	},
	"EnvironmentType": {
		metadata: []string{"name", "title", "description"},
		fields:   []string{"templates"},
		spec:     (*loader).environmentType,
	},
}

func (l *loader) resourceType(name string, metadata, spec *fields) {
	t := platform.ResourceType{Name: name, Title: metadata.need("title"), Description: metadata.text("description")}
	t.Inputs = spec.schema("inputs", fmt.Sprintf("the inputs of %q", name))
	t.Outputs = spec.schema("outputs", fmt.Sprintf("the outputs of %q", name))
	l.catalog.types = append(l.catalog.types, t)
}

func (l *loader) definition(name string, metadata, spec *fields) {
	d := platform.ResourceDefinition{
		Name: name, Version: version(metadata, spec),
		Type: spec.need("type"), Inputs: spec.raw("inputs"), Match: spec.rules(),
	}
	if engine := spec.text("engine"); engine != "" && engine != "terraform" {
		spec.refuse(spec.line("engine"), "There is no engine %q; the only one is terraform.", engine)
	}
	module := spec.need("module")
	folder, ok := strings.CutPrefix(module, "modules/")
	if module != "" && !ok {
		spec.refuse(spec.line("module"), `The module must be a folder in the modules tree, such as "modules/local/postgres".`)
	}
	d.Module = folder
	l.catalog.definitions = append(l.catalog.definitions, d)
}

// rules reads where a definition applies.
func (f *fields) rules() []platform.Rule {
	items := f.list("match", `must say where the definition applies; "match: [{}]" is everywhere.`)
	out := make([]platform.Rule, 0, len(items))
	for i, item := range items {
		rule := f.loader.object(f.file, fmt.Sprintf("spec.match[%d]", i), item, "environmentType", "project", "class")
		out = append(out, platform.Rule{EnvironmentType: rule.text("environmentType"), Project: rule.text("project"), Class: rule.text("class")})
	}
	return out
}

func (l *loader) template(name string, metadata, spec *fields) {
	t := platform.Template{
		Name: name, Title: metadata.need("title"), Description: metadata.text("description"), Version: version(metadata, spec),
		Owner: metadata.text("owner"), Tags: metadata.texts("tags", ""), Takes: spec.estimate(),
	}
	t.Parameters = spec.schema("parameters", fmt.Sprintf("the parameters of %q", name))
	if spec.members != nil && !spec.has("manifest") {
		spec.refuse(spec.node.Line, "spec.manifest is missing.")
	}
	if text := spec.raw("manifest"); text != nil {
		var err error
		t.Manifest, err = platform.ParseManifest(text)
		spec.refuseDetails("manifest", err)
	}
	l.catalog.templates = append(l.catalog.templates, t)
}

func (l *loader) environmentType(name string, metadata, spec *fields) {
	t := platform.EnvironmentType{Name: name, Title: metadata.need("title")}
	t.Templates = spec.texts("templates", `must list the templates that may be used; ["*"] is all.`)
	l.catalog.environments = append(l.catalog.environments, t)
}

// version of a template or definition stands in metadata or in spec, but not in both.
func version(metadata, spec *fields) string {
	if metadata.has("version") && spec.has("version") {
		metadata.refuse(metadata.line("version"), "The version is given twice, in metadata and in spec; keep one.")
	}
	v := metadata.text("version") + spec.text("version")
	if v == "" {
		return "1"
	}
	if len(v) > 40 || strings.ContainsFunc(v, func(r rune) bool { return !strings.ContainsRune(versionAlphabet, r) }) {
		spec.refuse(spec.line("version"), "A version is up to 40 letters, digits, dots and dashes.")
	}
	return v
}

const versionAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

// estimate reads how long a template usually takes, in words for people.
func (f *fields) estimate() string {
	text := f.child("estimate", "duration").text("duration")
	if text == "" {
		return ""
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		f.refuse(f.line("estimate"), `spec.estimate.duration must be a duration, such as "10s" or "15m".`)
		return ""
	}
	if d < 2*time.Minute {
		return fmt.Sprintf("~%d s", max(int(d.Round(time.Second)/time.Second), 1))
	}
	return fmt.Sprintf("~%d min", int(d.Round(time.Minute)/time.Minute))
}

// schema compiles a field that is a JSON Schema.
func (f *fields) schema(name, whose string) platform.Schema {
	if f.members != nil && !f.has(name) {
		f.refuse(f.node.Line, "%s.%s is missing.", f.where, name)
	}
	text := f.raw(name)
	if text == nil {
		return platform.Schema{}
	}
	schema, err := platform.CompileSchema(whose, text)
	if err != nil {
		f.refuse(f.line(name), "%v.", err)
	}
	return schema
}

// refuseDetails turns an error of the platform into problems, each at the line that its pointer means.
func (f *fields) refuseDetails(name string, err error) {
	f.loader.refuseDetails(place{file: f.file, name: f.line(name), spec: f.node}, err)
}

func (l *loader) refuseDetails(where place, err error) {
	if err == nil {
		return
	}
	var e *platform.Error
	if !errors.As(err, &e) || len(e.Details) == 0 {
		l.problems = append(l.problems, &Problem{where.file, where.name, err.Error()})
		return
	}
	for _, d := range e.Details {
		l.problems = append(l.problems, &Problem{where.file, lineOf(where.spec, d.Pointer), d.Pointer + ": " + d.Message})
	}
}

// names in code that inputs cannot have: Terraform keeps them for itself in module blocks, or the renderer does.
var reserved = []string{"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle", "locals", "context"}

// checkNames refuses what cannot be a name in Terraform among the properties of an inputs or outputs schema.
func (l *loader) checkNames(where place, field string, schema platform.Schema, taken []string) {
	for _, name := range schema.Names() {
		line := lineOf(where.spec, "/"+field+"/properties/"+name)
		if !platform.ValidIdentifier(name) {
			l.problems = append(l.problems, &Problem{where.file, line, fmt.Sprintf("%q cannot be a name in Terraform: use letters, digits and underscores, beginning with a letter.", name)})
		}
		if slices.Contains(taken, name) {
			l.problems = append(l.problems, &Problem{where.file, line, fmt.Sprintf("%q cannot be the name of an input: Terraform or Lazuli keeps it for itself in module blocks.", name)})
		}
	}
}

// fixedNames lists the inputs that a definition fixes.
func fixedNames(inputs json.RawMessage) []string {
	var names map[string]any
	if len(inputs) == 0 || json.Unmarshal(inputs, &names) != nil {
		return nil
	}
	out := make([]string, 0, len(names))
	for name := range names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

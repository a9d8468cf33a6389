package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// kind says which fields a kind of document has, and reads its spec.
type kind struct {
	metadata []string
	fields   []string
	spec     func(l *loader, metadata, spec *fields, files func(module string) map[string]string)
}

// described are the metadata of every kind.
var described = []string{"name", "title", "description", "version", "status"}

var kinds = map[platform.CatalogKind]kind{
	platform.KindResourceType: {
		metadata: append([]string{"docs"}, described...),
		fields:   []string{"inputs", "outputs"},
		spec:     (*loader).resourceType,
	},
	platform.KindResourceDefinition: {
		metadata: described,
		fields:   []string{"type", "version", "engine", "module", "inputs", "defaults", "outputs", "match", "power", "price"},
		spec:     (*loader).definition,
	},
	platform.KindTemplate: {
		metadata: append([]string{"owner", "tags", "docs"}, described...),
		fields:   []string{"version", "parameters", "manifest", "estimate"},
		spec:     (*loader).template,
	},
	platform.KindEnvironmentType: {
		metadata: described,
		fields:   []string{"templates", "region", "approvals", "budget", "drift", "expiry", "hibernate"},
		spec:     (*loader).environmentType,
	},
	platform.KindPolicy: {
		metadata: described,
		fields:   []string{"when", "require", "message"},
		spec:     (*loader).policy,
	},
}

func (l *loader) resourceType(metadata, spec *fields, _ func(string) map[string]string) {
	name := l.item.Name
	t := platform.ResourceType{Name: name, Version: l.item.Version, Title: metadata.need("title"), Description: metadata.text("description"), Docs: metadata.docs()}
	t.Inputs = spec.schema("inputs", fmt.Sprintf("the inputs of %q", name))
	t.Outputs = spec.schema("outputs", fmt.Sprintf("the outputs of %q", name))
	l.catalog.types.put(*l.item, t)
}

func (l *loader) definition(metadata, spec *fields, files func(string) map[string]string) {
	d := platform.ResourceDefinition{
		Name: l.item.Name, Version: l.item.Version, Title: metadata.text("title"), Description: metadata.text("description"),
		Type: spec.need("type"), Inputs: spec.raw("inputs"), Defaults: spec.raw("defaults"), Outputs: spec.texts("outputs", ""), Match: spec.rules(), Power: spec.onlyTrue("power"), Price: spec.price(),
	}
	if engine := spec.text("engine"); engine != "" && engine != "terraform" {
		spec.refuse(spec.line("engine"), "There is no engine %q; the only one is terraform.", engine)
	}
	module := spec.need("module")
	folder, ok := strings.CutPrefix(module, "modules/")
	if module != "" && (!ok || !modulePattern.MatchString(folder)) {
		spec.refuse(spec.line("module"), `The module must be a folder in the modules tree, such as "modules/local/postgres".`)
	}
	d.Module = folder
	d.Files = files(folder)
	for _, name := range slices.Sorted(maps.Keys(d.Files)) {
		if !filePattern.MatchString(name) || !isTerraform(name) {
			spec.refuse(spec.line("module"), "The module holds %q, which is no file of a Terraform module.", name)
		}
	}
	l.item.Files = d.Files
	l.catalog.definitions.put(*l.item, d)
}

// What stands in the paths of a rendered root needs no escaping anywhere.
var (
	modulePattern = regexp.MustCompile(`^[a-z][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)+$`)
	filePattern   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

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

func (l *loader) template(metadata, spec *fields, _ func(string) map[string]string) {
	t := platform.Template{
		Name: l.item.Name, Title: metadata.need("title"), Description: metadata.text("description"), Version: l.item.Version,
		Docs: metadata.docs(), Owner: metadata.text("owner"), Tags: metadata.texts("tags", ""), Takes: spec.estimate(),
	}
	t.Parameters = spec.schema("parameters", fmt.Sprintf("the parameters of %q", t.Name))
	if spec.members != nil && !spec.has("manifest") {
		spec.refuse(spec.node.Line, "spec.manifest is missing.")
	}
	if text := spec.raw("manifest"); text != nil {
		var err error
		t.Manifest, err = platform.ParseManifest(text)
		spec.refuseDetails("manifest", err)
	}
	l.catalog.templates.put(*l.item, t)
}

// maxDocs bounds the documentation of one version, in bytes.
const maxDocs = 32 << 10

// docs reads the optional documentation of what is described. Whoever shows it must take it for what it is: a text of strangers.
func (f *fields) docs() string {
	text := f.text("docs")
	if len(text) > maxDocs {
		f.refuse(f.line("docs"), "%s.docs has %d bytes; it may have %d.", f.where, len(text), maxDocs)
	}
	return text
}

// status says what the version is good for; empty means the default, or what it is already.
func status(metadata *fields) platform.ItemStatus {
	text := metadata.text("status")
	switch s := platform.ItemStatus(text); s {
	case "", platform.StatusProposed, platform.StatusDefault, platform.StatusDeprecated, platform.StatusDefective:
		return s
	}
	metadata.refuse(metadata.line("status"), "There is no status %q; it is proposed, default, deprecated or defective.", text)
	return ""
}

// version stands in metadata or, of a template or definition, in spec, but not in both.
func version(metadata, spec *fields) string {
	if metadata.has("version") && spec.has("version") {
		metadata.refuse(metadata.line("version"), "The version is given twice, in metadata and in spec; keep one.")
	}
	v := metadata.text("version")
	if slices.Contains(spec.known, "version") {
		v += spec.text("version")
	}
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

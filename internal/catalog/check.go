package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// check compares the documents with each other and with the modules. What is deprecated or defective was sound when it
// was published, and what stands around it now is not its fault.
func (l *loader) check() {
	l.checkDefaults()
	for _, t := range inUse(l, platform.KindResourceType, l.catalog.types) {
		where := l.at(platform.KindResourceType, t.Name, t.Version)
		l.checkNames(where, "inputs", t.Inputs, reserved)
		l.checkNames(where, "outputs", t.Outputs, nil)
		for _, name := range t.Outputs.Names() {
			if t.Outputs.Secret(name) && platform.ValidIdentifier(name) && !ValidSecretName(name) {
				l.refuse(where, "/outputs/properties/"+name, "The secret output %q cannot be named in a vault: use a short name in camelCase.", name)
			}
		}
	}
	for _, d := range inUse(l, platform.KindResourceDefinition, l.catalog.definitions) {
		l.checkDefinition(d)
	}
	for i, d := range l.catalog.definitions.current {
		for _, other := range l.catalog.definitions.current[:i] {
			l.checkRules(other, d)
		}
	}
	for _, t := range inUse(l, platform.KindTemplate, l.catalog.templates) {
		l.refuseDetails(l.at(platform.KindTemplate, t.Name, t.Version), platform.CheckTemplate(l.catalog, t))
	}
	for _, t := range inUse(l, platform.KindEnvironmentType, l.catalog.environments) {
		l.checkEnvironmentType(t)
	}
}

// ValidSecretName reports whether a secret output may be called so: a name in a vault can be made of it.
func ValidSecretName(name string) bool { return secretPattern.MatchString(name) }

var secretPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}([A-Z][a-z0-9]{1,15}){0,2}$`)

// inUse gives what is the default or may become it.
func inUse[T any](l *loader, kind platform.CatalogKind, s shelf[T]) []T {
	var out []T
	for _, item := range l.catalog.items {
		if item.Kind == kind && (isDefault(item) || item.Status == platform.StatusProposed) {
			out = append(out, s.versions[item.Name+"@"+item.Version])
		}
	}
	return out
}

func (l *loader) at(kind platform.CatalogKind, name, version string) place {
	return l.places[placeKey(kind, name, version)]
}

func (l *loader) refuse(where place, pointer, format string, args ...any) {
	l.problems = append(l.problems, &Problem{where.file, lineOf(where.spec, pointer), fmt.Sprintf(format, args...)})
}

// checkDefaults refuses two versions of one name that both claim to be what everybody gets.
func (l *loader) checkDefaults() {
	first := map[string]platform.CatalogItem{}
	for _, item := range l.catalog.items {
		if !isDefault(item) {
			continue
		}
		key := string(item.Kind) + "/" + item.Name
		if other, twice := first[key]; twice {
			where := l.at(item.Kind, item.Name, item.Version)
			l.problems = append(l.problems, &Problem{where.file, where.name, fmt.Sprintf(
				"The versions %q and %q of %s %q are both the default: give one of them the status deprecated or proposed.", other.Version, item.Version, item.Kind, item.Name)})
		}
		first[key] = item
	}
}

func (l *loader) checkDefinition(d platform.ResourceDefinition) {
	where := l.at(platform.KindResourceDefinition, d.Name, d.Version)
	kind, ok := l.catalog.ResourceType(d.Type)
	if !ok {
		l.refuse(where, "/type", "There is no resource type %q.", d.Type)
	}
	sound := l.checkInputNames(where, d)
	for i, rule := range d.Match {
		if _, ok := l.catalog.EnvironmentType(rule.EnvironmentType); rule.EnvironmentType != "" && !ok {
			l.refuse(where, fmt.Sprintf("/match/%d/environmentType", i), "There is no environment type %q.", rule.EnvironmentType)
		}
	}
	if ok && sound {
		l.checkModule(where, d, kind)
		l.checkPrice(where, d, kind)
	}
}

func (l *loader) checkInputNames(where place, d platform.ResourceDefinition) (sound bool) {
	before := len(l.problems)
	for _, name := range fixedNames(d.Inputs) {
		if !platform.ValidIdentifier(name) || slices.Contains(reserved, name) {
			l.refuse(where, "/inputs/"+name, "%q cannot be the name of an input in a module block.", name)
		}
	}
	for _, name := range fixedNames(d.Defaults) {
		if slices.Contains(fixedNames(d.Inputs), name) {
			l.refuse(where, "/defaults/"+name, "%q is fixed under inputs, so a default for it would never be used.", name)
		}
	}
	return len(l.problems) == before
}

// checkModule holds a definition to the contract of its type: its module takes every input and gives every output.
func (l *loader) checkModule(where place, d platform.ResourceDefinition, kind platform.ResourceType) {
	for _, name := range fixedNames(d.Defaults) {
		if _, ok := kind.Inputs.Property(name); !ok {
			l.refuse(where, "/defaults/"+name, "The type %q has no input %q.", d.Type, name)
		}
	}
	if d.Files == nil {
		l.checkPromisedOutputs(where, d, kind)
		return
	}
	module, err := contractOf(d.Files)
	if err != nil {
		l.refuse(where, "/module", "The module %q cannot be read: %v.", d.Module, err)
		return
	}
	if len(d.Outputs) > 0 && !slices.Equal(slices.Sorted(slices.Values(d.Outputs)), module.outputNames()) {
		l.refuse(where, "/outputs", "The module %q has the outputs %s; leave the list out, or make it say so.", d.Module, strings.Join(module.outputNames(), ", "))
	}
	for _, name := range kind.Outputs.Names() {
		sensitive, ok := module.outputs[name]
		switch {
		case !ok:
			l.refuse(where, "/module", "The module %q gives no output %q, which the type %q promises.", d.Module, name, d.Type)
		case kind.Outputs.Secret(name) && !sensitive:
			l.refuse(where, "/module", "The output %q of the module %q must be marked sensitive: the type %q says that it is secret.", name, d.Module, d.Type)
		}
	}
	l.checkVariables(where, d, kind, module)
	if _, ok := module.variables["power"]; d.Power && !ok {
		l.refuse(where, "/power", "The module %q has no variable power, so nothing would switch it off.", d.Module)
	}
}

// checkPromisedOutputs is for a definition that is proposed before its module is written.
func (l *loader) checkPromisedOutputs(where place, d platform.ResourceDefinition, kind platform.ResourceType) {
	if item := l.statusOf(d); item != platform.StatusProposed {
		l.refuse(where, "/module", "There is no module folder %q in the modules tree.", d.Module)
		return
	}
	for _, name := range kind.Outputs.Names() {
		if !slices.Contains(d.Outputs, name) {
			l.refuse(where, "/outputs", "The output %q is missing, which the type %q promises.", name, d.Type)
		}
	}
}

func (l *loader) statusOf(d platform.ResourceDefinition) platform.ItemStatus {
	for _, item := range l.catalog.items {
		if item.Kind == platform.KindResourceDefinition && item.Name == d.Name && item.Version == d.Version {
			return item.Status
		}
	}
	return ""
}

func (l *loader) checkVariables(where place, d platform.ResourceDefinition, kind platform.ResourceType, module moduleContract) {
	fixed := fixedNames(d.Inputs)
	given := append([]string{"context"}, fixed...)
	for _, name := range append(kind.Inputs.Names(), given...) {
		if _, ok := module.variables[name]; !ok {
			l.refuse(where, "/module", "The module %q has no variable %q.", d.Module, name)
		}
	}
	for name, needed := range module.variables {
		property, known := kind.Inputs.Property(name)
		_, hasDefault := property["default"]
		always := known && (hasDefault || slices.Contains(kind.Inputs.Compiled.Required, name)) || slices.Contains(given, name) || slices.Contains(fixedNames(d.Defaults), name)
		if needed && !always {
			l.refuse(where, "/module", "The module %q needs the variable %q, which no request has to give: add a default to one of them, or fix it under inputs.", d.Module, name)
		}
	}
}

// checkRules refuses two definitions of a type that have one rule in common: neither would ever win there.
func (l *loader) checkRules(a, b platform.ResourceDefinition) {
	if a.Type != b.Type || a.Target() != b.Target() { // no installation builds on two targets
		return
	}
	for i, rule := range b.Match {
		if slices.Contains(a.Match, rule) {
			l.refuse(l.at(platform.KindResourceDefinition, b.Name, b.Version), fmt.Sprintf("/match/%d", i),
				"The definitions %q and %q of type %q have the same rule, so neither would win: make one of them more specific.", a.Name, b.Name, a.Type)
		}
	}
}

func (l *loader) checkEnvironmentType(t platform.EnvironmentType) {
	for i, name := range t.Templates {
		if _, ok := l.catalog.Template(name); name != "*" && !ok {
			l.refuse(l.at(platform.KindEnvironmentType, t.Name, t.Version), fmt.Sprintf("/templates/%d", i), "There is no template %q.", name)
		}
	}
}

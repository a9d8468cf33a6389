package catalog

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// check compares the documents with each other and with the modules.
func (l *loader) check() {
	for _, t := range l.catalog.types {
		where := l.names["ResourceType/"+t.Name]
		l.checkNames(where, "inputs", t.Inputs, reserved)
		l.checkNames(where, "outputs", t.Outputs, nil)
	}
	for i, d := range l.catalog.definitions {
		l.checkDefinition(d)
		for _, other := range l.catalog.definitions[:i] {
			l.checkRules(other, d)
		}
	}
	for _, t := range l.catalog.templates {
		l.refuseDetails(l.names["Template/"+t.Name], platform.CheckTemplate(l.catalog, t))
	}
	for _, t := range l.catalog.environments {
		l.checkEnvironmentType(t)
	}
}

func (l *loader) refuse(where place, pointer, format string, args ...any) {
	l.problems = append(l.problems, &Problem{where.file, lineOf(where.spec, pointer), fmt.Sprintf(format, args...)})
}

func (l *loader) checkDefinition(d platform.ResourceDefinition) {
	where := l.names["ResourceDefinition/"+d.Name]
	if _, ok := l.catalog.ResourceType(d.Type); !ok {
		l.refuse(where, "/type", "There is no resource type %q.", d.Type)
	}
	if info, err := fs.Stat(l.modules, d.Module); !fs.ValidPath(d.Module) || err != nil || !info.IsDir() {
		l.refuse(where, "/module", "There is no module folder %q in the modules tree.", d.Module)
	}
	for _, name := range fixedNames(d.Inputs) {
		if !platform.ValidIdentifier(name) || slices.Contains(reserved, name) {
			l.refuse(where, "/inputs/"+name, "%q cannot be the name of an input in a module block.", name)
		}
	}
	for i, rule := range d.Match {
		if _, ok := l.catalog.EnvironmentType(rule.EnvironmentType); rule.EnvironmentType != "" && !ok {
			l.refuse(where, fmt.Sprintf("/match/%d/environmentType", i), "There is no environment type %q.", rule.EnvironmentType)
		}
	}
}

// checkRules refuses two definitions of a type that have one rule in common: neither would ever win there.
func (l *loader) checkRules(a, b platform.ResourceDefinition) {
	if a.Type != b.Type {
		return
	}
	for i, rule := range b.Match {
		if slices.Contains(a.Match, rule) {
			l.refuse(l.names["ResourceDefinition/"+b.Name], fmt.Sprintf("/match/%d", i),
				"The definitions %q and %q of type %q have the same rule, so neither would win: make one of them more specific.", a.Name, b.Name, a.Type)
		}
	}
}

func (l *loader) checkEnvironmentType(t platform.EnvironmentType) {
	for i, name := range t.Templates {
		if _, ok := l.catalog.Template(name); name != "*" && !ok {
			l.refuse(l.names["EnvironmentType/"+t.Name], fmt.Sprintf("/templates/%d", i), "There is no template %q.", name)
		}
	}
}

package agent

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// variable is a value as a job holds it. The value may have $(macros): they are resolved when it is used.
type variable struct {
	name         string
	value        string
	secret       bool
	readOnly     bool
	preserveCase bool // keeps its name as an environment variable
}

// variables are those of one job, by lower-case name. A step works on a snapshot of them (resolved).
type variables map[string]variable

// protected says whether a name belongs to the agent: nothing in a pipeline may change it.
func protected(name string) bool {
	name = strings.ToLower(name)
	if name == "build.clean" || name == "system.debug" {
		return false
	}
	for _, prefix := range []string{"system.", "build.", "agent."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// predefine sets a variable of the agent or the server.
func (v variables) predefine(name, value string) {
	v[strings.ToLower(name)] = variable{name: name, value: value, readOnly: protected(name)}
}

// define sets a variable of the pipeline; those of the agent stay.
func (v variables) define(d variable) {
	if old, ok := v[strings.ToLower(d.name)]; ok && old.readOnly && protected(d.name) {
		return
	}
	v[strings.ToLower(d.name)] = d
}

// errReadOnly is the sentence of the service.
func errReadOnly(name string) error {
	return fmt.Errorf("overwriting readonly variable '%s' is not permitted; see https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md for details", name)
}

// set is setvariable: a read-only variable keeps its value, a secret stays secret.
func (v variables) set(d variable) error {
	old, ok := v[strings.ToLower(d.name)]
	if ok && old.readOnly || protected(d.name) {
		return errReadOnly(d.name)
	}
	d.secret = d.secret || old.secret
	v[strings.ToLower(d.name)] = d
	return nil
}

// resolved is a snapshot in which values are final, for one step.
type resolved map[string]variable

// maxExpansion is how deep a value may refer to others.
const maxExpansion = 50

// resolve expands the macros in all values; a reference in a circle stays as written, and what contains a secret is one.
func (v variables) resolve() resolved {
	r := make(resolved, len(v))
	for key := range v {
		r[key] = v.resolveOne(key, nil)
	}
	return r
}

func (v variables) resolveOne(key string, above []string) variable {
	d := v[key]
	if len(above) >= maxExpansion || !strings.Contains(d.value, "$(") {
		return d
	}
	above = append(above[:len(above):len(above)], key)
	d.value = replaceMacros(d.value, func(name string) (string, bool) {
		inner := strings.ToLower(name)
		if _, ok := v[inner]; !ok || slices.Contains(above, inner) {
			return "", false
		}
		other := v.resolveOne(inner, above)
		d.secret = d.secret || other.secret
		return other.value, true
	})
	return d
}

// replaceMacros replaces $(name) in one pass: the value put in is not looked at again, and what is no variable stays.
func replaceMacros(text string, lookup func(name string) (string, bool)) string {
	var b strings.Builder
	for {
		start := strings.Index(text, "$(")
		if start < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := strings.IndexByte(text[start:], ')')
		if end < 0 {
			b.WriteString(text)
			return b.String()
		}
		value, ok := lookup(text[start+2 : start+end])
		if !ok {
			b.WriteString(text[:start+1])
			text = text[start+1:]
			continue
		}
		b.WriteString(text[:start])
		b.WriteString(value)
		text = text[start+end+1:]
	}
}

// expand fills the macros of an input, an env value or another text of a step.
func (r resolved) expand(text string) string {
	return replaceMacros(text, func(name string) (string, bool) {
		d, ok := r[strings.ToLower(name)]
		return d.value, ok
	})
}

// context is variables for expressions.
func (r resolved) context() *expression.Object {
	o := expression.NewContext()
	for _, key := range r.sorted() {
		o.Set(r[key].name, r[key].value)
	}
	return o
}

func (r resolved) sorted() []string {
	keys := make([]string, 0, len(r))
	for k := range r {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// environment gives the variables that a step's process gets: all but the secret ones, whose names it is told.
func (r resolved) environment() map[string]string {
	env := map[string]string{"TF_BUILD": "True"}
	public, secret := []string{}, []string{}
	for _, key := range r.sorted() {
		d := r[key]
		if d.secret {
			secret = append(secret, d.name)
			continue
		}
		public = append(public, d.name)
		if name := environmentName(d); name != "" && !strings.Contains(d.value, "\x00") {
			env[name] = d.value
		}
	}
	env["VSTS_PUBLIC_VARIABLES"], env["VSTS_SECRET_VARIABLES"] = jsonList(public), jsonList(secret)
	return env
}

// environmentName is MY_VAR for my.var; names that the operating system would not take give "".
func environmentName(d variable) string {
	name := strings.NewReplacer(".", "_", " ", "_").Replace(d.name)
	if !d.preserveCase {
		name = strings.ToUpper(name)
	}
	if strings.ContainsAny(name, "=\x00") {
		return ""
	}
	return name
}

func jsonList(names []string) string {
	text, err := json.Marshal(names)
	if err != nil {
		return "[]" // a list of texts always marshals
	}
	return string(text)
}

// defineEntries adds the entries of one scope, in order; evaluate gives the value of a $[ expression ].
func (v variables) defineEntries(entries []pipeline.Entry, groups func(string) (map[string]pipeline.Variable, bool),
	evaluate func(text string, v variables) (string, error)) error {
	for _, e := range entries {
		if e.Group != "" {
			if err := v.defineGroup(e.Group, groups); err != nil {
				return err
			}
			continue
		}
		value := e.Value
		if inside, ok := pipeline.RuntimeExpression(value); ok {
			var err error
			if value, err = evaluate(inside, v); err != nil {
				return fmt.Errorf("variable %s: %w", e.Name, err)
			}
		}
		v.define(variable{name: e.Name, value: value, readOnly: e.ReadOnly})
	}
	return nil
}

func (v variables) defineGroup(name string, groups func(string) (map[string]pipeline.Variable, bool)) error {
	if groups == nil {
		return fmt.Errorf("variable group %s could not be found", name)
	}
	members, ok := groups(name)
	if !ok {
		return fmt.Errorf("variable group %s could not be found", name)
	}
	for member, m := range members {
		v.define(variable{name: member, value: m.Value, secret: m.Secret})
	}
	return nil
}

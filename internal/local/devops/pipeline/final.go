package pipeline

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// finalYAML writes a plan as the preview of the service shows it: stages, jobs and tasks written out in full.
func finalYAML(p *Plan) (string, error) {
	root := object()
	if p.NumberText != DefaultNumber {
		root.set("name", p.NumberText)
	}
	root.child("variables", variablesYAML(p.Variables))
	stages := list()
	for _, s := range p.Stages {
		stages.Content = append(stages.Content, stageYAML(s).Node)
	}
	root.child("stages", stages)
	text, err := yaml.Dump(root.Node)
	if err != nil {
		return "", fmt.Errorf("write expanded pipeline %s: %w", p.Path, err)
	}
	return string(text), nil
}

// ordered is a mapping that is written in the order in which it was filled; what is empty is left out.
type ordered struct{ *yaml.Node }

func object() ordered { return ordered{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

func list() *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"} }

func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.Contains(s, "\n") {
		n.Style = yaml.LiteralStyle
	}
	return n
}

func (o ordered) set(key, value string) {
	if value != "" {
		o.always(key, text(value))
	}
}

// plainly sets a value that is written without quotes, such as a number or a boolean.
func (o ordered) plainly(key, value string) {
	if value != "" {
		o.always(key, &yaml.Node{Kind: yaml.ScalarNode, Value: value})
	}
}

func (o ordered) child(key string, value *yaml.Node) {
	if len(value.Content) > 0 {
		o.always(key, value)
	}
}

func (o ordered) always(key string, value *yaml.Node) {
	o.Content = append(o.Content, text(key), value)
}

func stageYAML(s Stage) ordered {
	o := object()
	o.always("stage", text(s.Name))
	if s.DisplayName != s.Name {
		o.set("displayName", s.DisplayName)
	}
	o.always("dependsOn", textsYAML(s.DependsOn)) // also when empty: left out it means the stage before
	o.set("condition", s.Condition)
	o.child("variables", variablesYAML(s.Variables))
	jobs := list()
	for _, j := range s.Jobs {
		jobs.Content = append(jobs.Content, jobYAML(j).Node)
	}
	o.child("jobs", jobs)
	return o
}

func jobYAML(j Job) ordered {
	o := object()
	if j.Deployment != nil {
		o.always("deployment", text(j.Name))
	} else {
		o.always("job", text(j.Name))
	}
	if j.DisplayName != j.Name {
		o.set("displayName", j.DisplayName)
	}
	o.child("dependsOn", textsYAML(j.DependsOn))
	o.set("condition", j.Condition)
	if j.ContinueOnError != "false" {
		o.plainly("continueOnError", j.ContinueOnError)
	}
	o.plainly("timeoutInMinutes", j.TimeoutMinutes)
	o.plainly("cancelTimeoutInMinutes", j.CancelTimeoutMinutes)
	o.child("variables", variablesYAML(j.Variables))
	if j.Deployment == nil {
		o.child("steps", stepsYAML(j.Steps))
		return o
	}
	deploymentYAML(o, j.Deployment)
	return o
}

func deploymentYAML(o ordered, d *Deployment) {
	environment := object()
	environment.set("name", d.Environment)
	environment.set("resourceName", d.Resource)
	o.child("environment", environment.Node)
	once, on := object(), object()
	for _, h := range d.Hooks {
		once.always(h.Name, hookYAML(h))
	}
	if d.OnFailure != nil {
		on.always("failure", hookYAML(*d.OnFailure))
	}
	if d.OnSuccess != nil {
		on.always("success", hookYAML(*d.OnSuccess))
	}
	once.child("on", on.Node)
	strategy := object()
	strategy.child("runOnce", once.Node)
	o.child("strategy", strategy.Node)
}

func hookYAML(h Hook) *yaml.Node {
	o := object()
	o.always("steps", stepsYAML(h.Steps))
	return o.Node
}

func stepsYAML(steps []Step) *yaml.Node {
	out := list()
	for _, s := range steps {
		out.Content = append(out.Content, stepYAML(s).Node)
	}
	return out
}

func stepYAML(s Step) ordered {
	o := object()
	name := s.Task.Name
	if name == TaskCheckout {
		name = s.Task.ID
	}
	o.always("task", text(name+"@"+s.Task.Version))
	o.set("name", s.Name)
	if s.DisplayName != s.Task.Name {
		o.set("displayName", s.DisplayName)
	}
	o.set("condition", s.Condition)
	if s.ContinueOnError != "false" {
		o.plainly("continueOnError", s.ContinueOnError)
	}
	o.plainly("timeoutInMinutes", s.TimeoutMinutes)
	if s.Retries > 0 {
		o.plainly("retryCountOnTaskFailure", strconv.Itoa(s.Retries))
	}
	inputs := object()
	for _, key := range sortedKeys(s.Inputs) {
		inputs.set(key, s.Inputs[key])
	}
	o.child("inputs", inputs.Node)
	env := object()
	for _, e := range s.Env {
		env.always(e.Name, text(e.Value))
	}
	o.child("env", env.Node)
	return o
}

func variablesYAML(entries []Entry) *yaml.Node {
	out := list()
	for _, e := range entries {
		o := object()
		o.set("group", e.Group)
		if e.Group == "" {
			o.always("name", text(e.Name))
			o.always("value", text(e.Value))
		}
		if e.ReadOnly {
			o.plainly("readonly", "true")
		}
		out.Content = append(out.Content, o.Node)
	}
	return out
}

func textsYAML(texts []string) *yaml.Node {
	out := list()
	for _, t := range texts {
		out.Content = append(out.Content, text(t))
	}
	return out
}

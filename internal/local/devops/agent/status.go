package agent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// dependency is what a stage or job that is done shows to those that depend on it.
type dependency struct {
	result  Result
	outputs map[string]string
}

// title is a result as expressions know it: Succeeded, SucceededWithIssues, Failed, Canceled, Skipped, Abandoned.
func title(r Result) string {
	if r == "" {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func (d dependency) value() *expression.Object {
	outputs := expression.NewContext()
	keys := make([]string, 0, len(d.outputs))
	for k := range d.outputs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		outputs.Set(k, d.outputs[k])
	}
	o := expression.NewContext()
	o.Set("result", title(d.result))
	o.Set("outputs", outputs)
	return o
}

// graphStatus answers the status functions at a stage or a job.
type graphStatus struct {
	canceled bool
	direct   []dependency
	all      []dependency          // also those behind the direct ones
	named    map[string]dependency // by lower-case name, of all
}

func good(d dependency) bool { return d.result == Succeeded || d.result == SucceededWithIssues }

func bad(d dependency) bool { return d.result == Failed }

func (g graphStatus) call(name string, args []expression.Value) (expression.Value, error) {
	direct, all := g.direct, g.all
	if len(args) > 0 {
		direct = nil
		for _, arg := range args {
			text, err := expression.ToText(arg)
			if err != nil {
				return nil, err
			}
			d, ok := g.named[strings.ToLower(text)]
			if !ok {
				return nil, fmt.Errorf("%s('%s'): there is no dependency of that name", name, text)
			}
			direct = append(direct, d)
		}
		all = direct
	}
	switch name {
	case "always":
		return true, nil
	case "canceled":
		return g.canceled, nil
	case "succeeded":
		return !g.canceled && !slices.ContainsFunc(direct, func(d dependency) bool { return !good(d) }), nil
	case "failed":
		return !g.canceled && slices.ContainsFunc(all, bad), nil
	case "succeededorfailed":
		return !g.canceled && (len(direct) == 0 || slices.ContainsFunc(direct, func(d dependency) bool { return good(d) || bad(d) })), nil
	default:
		return nil, fmt.Errorf("the function %s has no meaning in a condition here", name)
	}
}

// jobStatus answers them at a step.
type jobStatus struct {
	result   Result // of the steps so far
	canceled bool
}

func (j jobStatus) call(name string, _ []expression.Value) (expression.Value, error) {
	switch name {
	case "always":
		return true, nil
	case "canceled":
		return j.canceled, nil
	case "succeeded":
		return !j.canceled && j.result != Failed, nil
	case "failed":
		return !j.canceled && j.result == Failed, nil
	case "succeededorfailed":
		return !j.canceled, nil
	default:
		return nil, fmt.Errorf("the function %s has no meaning in a condition here", name)
	}
}

// verdict is a condition's value with what the log shows about it.
type verdict struct {
	holds     bool
	condition string
	expanded  string
}

// judge evaluates a condition; an empty one is succeeded().
func judge(condition string, s expression.Scope) (verdict, error) {
	if condition == "" {
		condition = "succeeded()"
	}
	e, err := expression.Parse(condition, expression.ConditionNames())
	if err != nil {
		return verdict{}, fmt.Errorf("condition: %w", err)
	}
	v, expanded, err := e.Explain(s)
	if err != nil {
		return verdict{}, fmt.Errorf("condition: %w", err)
	}
	return verdict{holds: expression.Truth(v), condition: condition, expanded: expanded}, nil
}

// evaluateText gives the text of a $[ expression ].
func evaluateText(text string, s expression.Scope) (string, error) {
	e, err := expression.Parse(text, expression.RuntimeNames())
	if err != nil {
		return "", err
	}
	v, err := e.Eval(s)
	if err != nil {
		return "", err
	}
	return expression.ToText(v)
}

// settle gives a setting of a job or step that may have macros or be one $[ expression ] over variables; what cannot be
// evaluated is "".
func settle(text string, vars resolved) string {
	inside, ok := pipeline.RuntimeExpression(text)
	if !ok {
		return strings.TrimSpace(vars.expand(text))
	}
	value, err := evaluateText(inside, expression.Scope{Contexts: map[string]expression.Value{"variables": vars.context()}})
	if err != nil {
		return ""
	}
	return strings.TrimSpace(value)
}

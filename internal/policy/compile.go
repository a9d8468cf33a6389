package policy

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Limits of a policy.
const (
	maxExpression = 4 << 10 // bytes
	maxCost       = 50_000  // of one evaluation, in CEL's units: a step or an item compared costs about one
)

// environment is made once; it is safe for concurrent use.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	object := cel.MapType(cel.StringType, cel.DynType)
	return cel.NewEnv(
		cel.Variable("request", object), cel.Variable("project", object), cel.Variable("environment", object), cel.Variable("price", object),
		cel.CrossTypeNumericComparisons(true), ext.Strings(),
	)
})

// Compile makes a program of a policy. The error is a *platform.PolicyError, which tells the field and the place in it.
func Compile(p platform.Policy) (platform.PolicyProgram, error) {
	when, err := compile("when", orTrue(p.When))
	if err != nil {
		return nil, err
	}
	require, err := compile("require", p.Require)
	if err != nil {
		return nil, err
	}
	return &program{when: when, require: require}, nil
}

func orTrue(expression string) string {
	if strings.TrimSpace(expression) == "" {
		return "true"
	}
	return expression
}

func compile(field, expression string) (cel.Program, error) {
	refuse := func(format string, args ...any) error {
		return &platform.PolicyError{Field: field, Message: fmt.Sprintf(format, args...)}
	}
	if len(expression) > maxExpression {
		return nil, refuse("The expression has %d characters; at most %d are taken.", len(expression), maxExpression)
	}
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("prepare policies: %w", err)
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, refuse("Line %d, column %d: %s.", first.Location.Line(), first.Location.Column()+1, strings.TrimSuffix(first.Message, "."))
	}
	if kind := ast.OutputType(); !kind.IsExactType(cel.BoolType) && !kind.IsExactType(cel.DynType) {
		return nil, refuse("The expression must be true or false, and this is %s.", kind)
	}
	made, err := env.Program(ast, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, refuse("The expression cannot be used: %v.", err)
	}
	return made, nil
}

// program is a compiled policy.
type program struct{ when, require cel.Program }

// Judge evaluates a policy over a request.
func (p *program) Judge(request map[string]any) (applies, passed bool, err error) {
	if applies, err = truth(p.when, request); err != nil || !applies {
		return applies, false, err
	}
	passed, err = truth(p.require, request)
	return true, passed, err
}

func truth(p cel.Program, request map[string]any) (bool, error) {
	value, _, err := p.Eval(request)
	if err != nil {
		return false, err
	}
	result, ok := value.Value().(bool)
	if !ok {
		return false, errors.New("the result is neither true nor false")
	}
	return result, nil
}

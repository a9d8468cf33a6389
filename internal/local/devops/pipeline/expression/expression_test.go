package expression_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline/expression"
)

// scope has one of everything that expressions look into.
func scope() expression.Scope {
	variables := expression.NewContext()
	variables.Set("Build.Reason", "Manual")
	variables.Set("count", "3")
	variables.Set("empty", "")
	region := func(name string) *expression.Object {
		o := expression.NewObject()
		o.Set("name", name)
		return o
	}
	parameters := expression.NewContext()
	parameters.Set("flag", true)
	parameters.Set("list", &expression.Array{Items: []expression.Value{"a", "b"}})
	parameters.Set("regions", &expression.Array{Items: []expression.Value{region("west"), region("north")}})
	parameters.Set("object", region("x"))
	return expression.Scope{Contexts: map[string]expression.Value{"variables": variables, "parameters": parameters}}
}

func evaluate(t *testing.T, text string) (expression.Value, error) {
	t.Helper()
	e, err := expression.Parse(text, expression.TemplateNames())
	if err != nil {
		return nil, err
	}
	return e.Eval(scope())
}

func TestEval(t *testing.T) {
	cases := map[string]expression.Value{
		// literals and the language's few rules
		`'it''s'`:                              "it's",
		`TRUE`:                                 true,
		`-1.5`:                                 -1.5,
		`.5`:                                   0.5,
		`1.2.3`:                                expression.Version{1, 2, 3},
		``:                                     nil,
		" eq(1,\n\t1 ) ":                       true,
		`variables.COUNT`:                      "3",
		`variables.missing`:                    nil,
		`variables.a.b.c`:                      nil,
		`parameters.flag`:                      true,
		`parameters.list[1]`:                   "b",
		`parameters.list[-1]`:                  nil,
		`parameters.list[2]`:                   nil,
		`parameters.object.name`:               "x",
		`parameters.object.NAME`:               nil, // members of object parameters are case-sensitive
		`variables['Build.Reason']`:            "Manual",
		`join(',', parameters.regions.*.name)`: "west,north",
		`join(',', parameters.regions[*].nix)`: "",
		// conversions: the right operand becomes the type of the left
		`eq(true, 'x')`:                        true,
		`eq('True', true)`:                     true,
		`eq(1, '1.0')`:                         true,
		`eq('1.0', 1)`:                         false,
		`eq(1, 'one')`:                         false,
		`ne(1, 'one')`:                         true,
		`eq('ABC', 'abc')`:                     true,
		`eq(variables.nope, '')`:               true,
		`eq('', variables.nope)`:               true,
		`eq(0, '')`:                            true,
		`gt(1.10.0, '1.9.9')`:                  true,
		`lt('a', 'B')`:                         true,
		`le(2, variables.count)`:               true,
		`ge(true, false)`:                      true,
		`eq(parameters.list, parameters.list)`: true,
		// functions
		`and(true, 1, 'x')`:                       true,
		`and(false, lt(1, 'x'))`:                  false, // the error on the right is not reached
		`or('', 0, variables.none)`:               false,
		`or(true, lt(1, 'x'))`:                    true,
		`not('')`:                                 true,
		`xor(true, 1)`:                            false,
		`in('B', 'a', 'b')`:                       true,
		`notIn('c', 'a', 'b')`:                    true,
		`contains('Hello', 'ELL')`:                true,
		`containsValue(parameters.list, 'B')`:     true,
		`containsValue(parameters.object, 'y')`:   false,
		`startsWith('refs/heads/main', 'refs/')`:  true,
		`endsWith('main', 'IN')`:                  true,
		`format('{0}-{1}{{x}}', 'a', 2)`:          "a-2{x}",
		`join('; ', split('a,,b', ',,'))`:         "a; b",
		`replace('aBa', 'a', 'c')`:                "cBc",
		`length('größe')`:                         float64(5),
		`length(parameters.list)`:                 float64(2),
		`lower(upper(trim(' Ab ')))`:              "ab",
		`coalesce(variables.none, '', 'x', 'y')`:  "x",
		`coalesce('', variables.none)`:            nil,
		`iif(parameters.flag, 'yes', lt(1, 'x'))`: "yes",
		`convertToJson(parameters.object)`:        "{\n  \"name\": \"x\"\n}",
		`convertToJson(parameters.list)`:          "[\n  \"a\",\n  \"b\"\n]",
		`format('{0}', 10000000000000000000000)`:  "10000000000000000000000",
		`CoNtAiNs('x', 'X')`:                      true,
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			got, err := evaluate(t, text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEval_errors(t *testing.T) {
	for text, want := range map[string]string{
		`lt(1, 'x')`:               "unable to convert from String to Number. Value: 'x'",
		`lower(parameters.object)`: "unable to convert from Object to String",
		`gt(1.2.3, 'x')`:           "unable to convert from String to Version",
		`format('{1}', 'a')`:       "refers to argument 1",
		`format('{x}', 'a')`:       "placeholder",
		`format('}', 'a')`:         "single closing brace",
	} {
		if _, err := evaluate(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestEval_textIsBounded(t *testing.T) {
	text := `'` + strings.Repeat("a", 1000) + `'`
	for range 8 {
		text = `replace(` + text + `, 'a', '` + strings.Repeat("a", 100) + `')`
	}
	if _, err := evaluate(t, text); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("error %v, want one about the length", err)
	}
}

func TestParse_errors(t *testing.T) {
	help := " For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996"
	for text, want := range map[string]string{
		`foo`:         `Unrecognized value: 'foo'. Located at position 1 within expression: 'foo'.` + help,
		`eq(1, bar)`:  `Unrecognized value: 'bar'. Located at position 7 within expression: 'eq(1, bar)'.` + help,
		`nope(1)`:     `Unrecognized function: 'nope'. Located at position 1 within expression: 'nope(1)'.` + help,
		`eq(1`:        `Expected closing parenthesis: 'eq'. Located at position 1 within expression: 'eq(1'.` + help,
		`eq(1))`:      `Unexpected symbol: ')'. Located at position 5 within expression: 'eq(1))'.` + help,
		`eq(1,2))`:    `Unexpected symbol: ')'. Located at position 8 within expression: 'eq(1,2))'.` + help,
		`1 2`:         `Unexpected symbol: '2'. Located at position 3 within expression: '1 2'.` + help,
		`'open`:       `Unrecognized value: ''open'. Located at position 1 within expression: ''open'.` + help,
		`"double"`:    `Unrecognized value: '"double"'. Located at position 1 within expression: '"double"'.` + help,
		`variables.`:  `Expected a property name to follow the dereference operator '.': ''. Located at position 11 within expression: 'variables.'.` + help,
		`variables[1`: `Unclosed indexer: '['. Located at position 10 within expression: 'variables[1'.` + help,
		`not(1, 2)`:   `Exceeded max number of parameters: 'not'. Located at position 1 within expression: 'not(1, 2)'.` + help,
		`succeeded()`: `Unrecognized function: 'succeeded'. Located at position 1 within expression: 'succeeded()'.` + help,
		`1.2.3.4.5`:   `Unrecognized value: '1.2.3.4.5'. Located at position 1 within expression: '1.2.3.4.5'.` + help,
	} {
		_, err := expression.Parse(text, expression.TemplateNames())
		var syntax *expression.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestParse_limits(t *testing.T) {
	deep := strings.Repeat("not(", 60) + "1" + strings.Repeat(")", 60)
	long := strings.Repeat(" ", expression.MaxLength) + "1"
	chain := "variables" + strings.Repeat(".a", 60)
	for _, text := range []string{deep, long, chain} {
		if _, err := expression.Parse(text, expression.TemplateNames()); err == nil || !strings.Contains(err.Error(), "Exceeded max expression") {
			t.Errorf("error %v, want a limit", err)
		}
	}
}

func TestExplain(t *testing.T) {
	e, err := expression.Parse(`and(succeeded(), eq(variables['count'], '2'), always())`, expression.ConditionNames())
	if err != nil {
		t.Fatal(err)
	}
	s := scope()
	s.Call = func(string, []expression.Value) (expression.Value, error) { return true, nil }
	v, text, err := e.Explain(s)
	if err != nil || v != expression.Value(false) || text != `and(True, eq('3', '2'), always())` {
		t.Errorf("got %v, %q, %v", v, text, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`and(succeeded(), eq(variables['a.b'], 'x'))`, `x.*.y[1]`, `-1.2.3`, `format('{0}', .5)`, `'it''s'`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := expression.Parse(text, expression.TemplateNames())
		if err != nil {
			return
		}
		first, err1 := e.Eval(scope())
		second, explained, err2 := e.Explain(scope())
		if (err1 == nil) != (err2 == nil) || err1 == nil && expression.Truth(first) != expression.Truth(second) {
			t.Errorf("Eval and Explain differ on %q: %v, %v; %v, %v, %s", text, first, err1, second, err2, explained)
		}
	})
}

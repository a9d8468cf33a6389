package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

// request is what a policy sees of a database and a web app in a production environment.
func request() map[string]any {
	return map[string]any{
		"request": map[string]any{"template": "web", "parameters": map[string]any{"title": "Shop"}, "requester": map[string]any{"id": "developer", "name": "Dev", "app": false},
			"resources": []any{
				map[string]any{"alias": "db", "type": "postgres", "class": "small", "definition": "postgres-flexible", "inputs": map[string]any{"storageGb": int64(32), "public": true}},
				map[string]any{"alias": "site", "type": "app-service", "class": "", "definition": "app-service-azure", "inputs": map[string]any{"runtime": "static"}},
			}},
		"project":     map[string]any{"name": "payments", "title": "Payments", "team": "payments"},
		"environment": map[string]any{"name": "live", "type": "prod", "exists": true},
		"price":       map[string]any{"monthly": 120.5, "before": 100.0, "complete": false, "currency": "USD"},
	}
}

func TestJudge(t *testing.T) {
	for name, row := range map[string]struct{ when, require, want string }{
		"of all requests":                  {"", `true`, "passes"},
		"of none":                          {`environment.type == "dev"`, `false`, "does not apply"},
		"no public database in production": {`environment.type == "prod"`, `request.resources.filter(r, r.type == "postgres").all(r, !r.inputs.public)`, "refuses"},
		"a field that may be absent":       {"", `request.resources.all(r, !has(r.inputs.public) || r.alias == "db")`, "passes"},
		"a field that is absent":           {"", `request.resources.all(r, r.inputs.public)`, "error: no such key: public"},
		"a whole number and a decimal":     {"", `request.resources[0].inputs.storageGb <= 32.5`, "passes"},
		"what it costs":                    {"", `price.monthly - price.before < 20.0`, "refuses"},
		"what is known of it":              {"", `price.complete || price.currency == "USD"`, "passes"},
		"a name":                           {"", `environment.name.startsWith(project.name) || project.title.lowerAscii() == "payments"`, "passes"},
		"who asks":                         {"", `request.requester.id in ["developer", "team-owner"] && !request.requester.app`, "passes"},
		"a result that is no truth":        {"", `request.parameters.title`, "error: the result is neither true nor false"},
	} {
		t.Run(name, func(t *testing.T) {
			program, err := policy.Compile(platform.Policy{When: row.when, Require: row.require})
			if err != nil {
				t.Fatal(err)
			}
			applies, passed, err := program.Judge(request())
			got := map[bool]string{true: "passes", false: "refuses"}[passed]
			if !applies {
				got = "does not apply"
			}
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != row.want {
				t.Errorf("it %s; want %s", got, row.want)
			}
		})
	}
}

func TestCompile_refuses(t *testing.T) {
	for name, row := range map[string]struct{ when, require, field, want string }{
		"no expression":  {"", "", "require", "Line 1"},
		"syntax":         {"a ==", "true", "when", "Line 1, column 5"},
		"second line":    {"", "true &&\n nothing", "require", "Line 2, column 2: undeclared reference to 'nothing'"},
		"a number":       {"", "1 + 1", "require", "must be true or false, and this is int"},
		"a text":         {`"x"`, "true", "when", "must be true or false, and this is string"},
		"very long":      {"", strings.Repeat("true && ", 1000) + "true", "require", "at most 4096 are taken"},
		"two types":      {"", `1 == "1"`, "require", "found no matching overload"},
		"another system": {"", `os.getenv("PATH") == ""`, "require", "undeclared reference to 'os'"},
	} {
		_, err := policy.Compile(platform.Policy{When: row.when, Require: row.require})
		var fault *platform.PolicyError
		if !errors.As(err, &fault) || fault.Field != row.field || !strings.Contains(fault.Message, row.want) {
			t.Errorf("%s: %v, want %s in %s", name, err, row.want, row.field)
		}
	}
}

// An expression that multiplies its work is cut off long before anybody waits for it.
func TestJudge_costIsBounded(t *testing.T) {
	bomb := `request.resources.all(a, request.resources.all(b, request.resources.all(c, request.resources.all(d, a != b || c != d || true))))`
	program, err := policy.Compile(platform.Policy{Require: bomb})
	if err != nil {
		t.Fatal(err)
	}
	in := request()
	var many []any
	for range 50 {
		many = append(many, map[string]any{"alias": "x", "inputs": map[string]any{"text": strings.Repeat("x", 1000)}})
	}
	in["request"].(map[string]any)["resources"] = many
	started := time.Now()
	if _, _, err := program.Judge(in); err == nil || !strings.Contains(err.Error(), "cost limit exceeded") {
		t.Errorf("after %s: %v", time.Since(started), err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`true`, `request.resources.all(r, has(r.inputs.x))`, `price.monthly < 1e9`, `"${1+1}" + '%s'.format([1]) == ""`, `[1,2].map(x, x/0).size() > 0`, `environment.name.matches("(a+)+$")`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		program, err := policy.Compile(platform.Policy{Require: expression})
		if err != nil {
			return
		}
		if applies, passed, err := program.Judge(request()); err != nil && passed || !applies && err == nil {
			t.Fatalf("%q: applies %v, passed %v, %v", expression, applies, passed, err)
		}
	})
}

// 200 policies over 50 resources, as a large company has them: see the time per request.
func BenchmarkJudge_200policies(b *testing.B) {
	var programs []platform.PolicyProgram
	for range 200 {
		p, err := policy.Compile(platform.Policy{When: `environment.type == "prod"`, Require: `request.resources.filter(r, r.type == "postgres").all(r, !has(r.inputs.secret))`})
		if err != nil {
			b.Fatal(err)
		}
		programs = append(programs, p)
	}
	in := request()
	resources := in["request"].(map[string]any)["resources"].([]any)
	for len(resources) < 50 {
		resources = append(resources, resources[0])
	}
	in["request"].(map[string]any)["resources"] = resources
	for b.Loop() {
		for _, p := range programs {
			if _, passed, err := p.Judge(in); err != nil || !passed {
				b.Fatal(err)
			}
		}
	}
}

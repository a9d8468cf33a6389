package apim_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/httpapi"
)

func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// actions are what each operation asks for: operationId → x-lazuli-action.
func actions(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, item := range contract(t).Paths.Map() {
		for _, operation := range item.Operations() {
			found[operation.OperationID], _ = operation.Extensions["x-lazuli-action"].(string)
		}
	}
	return found
}

func problemCodes(t *testing.T) []string {
	t.Helper()
	var codes []string
	for _, code := range contract(t).Components.Schemas["ProblemCode"].Value.Enum {
		codes = append(codes, code.(string))
	}
	return codes
}

// contractHeaders are those of requests and of answers.
func contractHeaders(t *testing.T) (requests, answers []string) {
	t.Helper()
	for _, item := range contract(t).Paths.Map() {
		for _, operation := range item.Operations() {
			for _, parameter := range operation.Parameters {
				if parameter.Value.In == "header" {
					requests = append(requests, parameter.Value.Name)
				}
			}
			for _, answer := range operation.Responses.Map() {
				answers = slices.AppendSeq(answers, maps.Keys(answer.Value.Headers))
			}
		}
	}
	slices.Sort(requests)
	slices.Sort(answers)
	return slices.Compact(requests), slices.Compact(answers)
}

// groups is apim/groups.json: which policy an operation has, by its action, and how large its body may be.
type groups struct {
	Groups  map[string][]string `json:"groups"`
	MaxBody map[string]int64    `json:"maxBody"`
}

func readGroups(t *testing.T) groups {
	t.Helper()
	text, err := os.ReadFile("groups.json")
	if err != nil {
		t.Fatal(err)
	}
	var g groups
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// Every operation has exactly one policy, and every policy an operation.
func TestGroups_everyOperation(t *testing.T) {
	g, used := readGroups(t), map[string]bool{}
	group := map[string]string{}
	for name, ofGroup := range g.Groups {
		if _, err := os.Stat("policies/groups/" + name + ".xml"); err != nil {
			t.Error(err)
		}
		for _, action := range ofGroup {
			if other, twice := group[action]; twice {
				t.Errorf("action %s is in the groups %s and %s", action, other, name)
			}
			group[action] = name
		}
	}
	for operation, action := range actions(t) {
		if group[action] == "" {
			t.Errorf("operation %s asks for %q, which is in no group of groups.json", operation, action)
		}
		used[action] = true
	}
	for action := range group {
		if !used[action] {
			t.Errorf("no operation asks for %s", action)
		}
	}
	files, err := os.ReadDir("policies/groups")
	if err != nil || len(files) != len(g.Groups) {
		t.Errorf("there are %d policies for %d groups (%v)", len(files), len(g.Groups), err)
	}
}

// What changes something is never limited like what only reads, and what runs report wants their role.
func TestGroups_fitTheMethod(t *testing.T) {
	g := readGroups(t)
	for path, item := range contract(t).Paths.Map() {
		for method, operation := range item.Operations() {
			action, _ := operation.Extensions["x-lazuli-action"].(string)
			if method == "GET" && slices.Contains(g.Groups["changes"], action) {
				t.Errorf("%s %s only reads, and is counted as a change", method, path)
			}
			if (method == "PUT" || method == "DELETE" || method == "PATCH") && slices.Contains(g.Groups["reads"], action) {
				t.Errorf("%s %s changes something, and is counted as reading", method, path)
			}
			if strings.Contains(path, "/run/") != slices.Contains(g.Groups["runs"], action) {
				t.Errorf("%s %s: only runs report, and they do nothing else", method, path)
			}
		}
	}
}

// The gateway lets through what the handler takes, and nothing larger.
func TestGroups_maxBody(t *testing.T) {
	g := readGroups(t)
	want := map[string]int64{"default": g.MaxBody["default"]}
	for _, route := range httpapi.Routes() {
		if size := route.MaxBody(); size > want["default"] {
			want[route.Operation] = size
		} else if size > 0 && size != want["default"] {
			t.Errorf("%s takes %d bytes, fewer than the gateway lets through", route.Operation, size)
		}
	}
	if diff := cmp.Diff(want, g.MaxBody); diff != "" {
		t.Errorf("what the handler takes (-) and groups.json (+) differ:\n%s", diff)
	}
}

// The operations that api.xml lets through without a token are the contract's anonymous ones. API Management calls an operation by
// its operationId in small letters.
func TestPolicies_anonymous(t *testing.T) {
	var want, got []string
	for operation, action := range actions(t) {
		if action == "anonymous" {
			want = append(want, strings.ToLower(operation))
		}
	}
	condition := regexp.MustCompile(`(?s)<when condition='@\((.*?)\)'>\s*<validate-jwt`).FindStringSubmatch(documents(t)["api"])
	if condition == nil {
		t.Fatal("api.xml checks no token")
	}
	for _, part := range strings.Split(condition[1], " || ") {
		match := regexp.MustCompile(`^context\.Operation\.Id != "([a-z]+)"$`).FindStringSubmatch(part)
		if match == nil {
			t.Fatalf("the condition %q is not understood", part)
		}
		got = append(got, match[1])
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("anonymous in the contract (-) and without a token in api.xml (+):\n%s", diff)
	}
}

// API Management imports the contract: learn.microsoft.com/azure/api-management/api-management-api-import-restrictions.
func TestContract_imports(t *testing.T) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 4<<20 {
		t.Errorf("it is %d bytes long; inline it takes 4 MB", len(text))
	}
	if outside := regexp.MustCompile(`\$ref: "[^#]`).Find(text); outside != nil {
		t.Errorf("it refers to another file: %s", outside)
	}
	names := map[string]string{}
	for operation := range actions(t) {
		name := strings.ToLower(operation)
		if names[name] != "" || len(name) > 76 || !regexp.MustCompile(`^[a-z0-9]+$`).MatchString(name) {
			t.Errorf("operations %q and %q are both called %s, or the name is refused", operation, names[name], name)
		}
		names[name] = operation
	}
	for path, item := range contract(t).Paths.Map() {
		for _, operation := range item.Operations() {
			parameters := map[string]string{}
			for _, p := range operation.Parameters {
				if in := p.Value.In; in == "path" || in == "query" {
					if parameters[p.Value.Name] != "" {
						t.Errorf("%s: two parameters of %s are called %s", path, operation.OperationID, p.Value.Name)
					}
					parameters[p.Value.Name] = in
				}
			}
		}
	}
}

// API Management knows no schema that refers to itself.
func TestContract_noRecursion(t *testing.T) {
	schemas := contract(t).Components.Schemas
	refers := map[string][]string{}
	for name, schema := range schemas {
		text, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			refers[name] = append(refers[name], match[1])
		}
	}
	if len(refers) < 20 {
		t.Fatalf("only %d schemas refer to others", len(refers))
	}
	for name := range schemas {
		seen, next := map[string]bool{}, refers[name]
		for len(next) > 0 {
			to := next[0]
			next = next[1:]
			if to == name {
				t.Fatalf("schema %s refers to itself", name)
			}
			if !seen[to] {
				seen[to] = true
				next = append(next, refers[to]...)
			}
		}
	}
}

// Package platform_test holds the Terraform of infra/platform to the handler, the contract and the functions. What it makes in
// Azure is tested by the engine: tests/*.tftest.hcl.
package platform_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/triggers"
)

// unset are the settings of the handler that stay unset in Azure, each with the reason.
var unset = map[string]string{
	"FUNCTIONS_CUSTOMHANDLER_PORT":    "the Functions host sets it",
	"LAZULI_TABLES_CONNECTION_STRING": "a key; for laptops alone",
	"LAZULI_SERVICE_BUS":              "a key; for laptops alone",
	"LAZULI_DEVOPS_TOKEN":             "a secret; for laptops alone",
	"LAZULI_VAULT_TOKEN":              "a secret; for laptops alone",
	"LAZULI_WEBHOOK_LOOPBACK":         "for laptops alone",
	"LAZULI_STATE_FOLDER":             "for laptops alone",
	"LAZULI_CATALOG":                  "the package's own folder, as it is by default",
	"LAZULI_MODULES":                  "the package's own folder, as it is by default",
	"LAZULI_PRICES":                   "the package's own file, as it is by default",
}

// Every setting that the handler reads is set, or is known to stay unset; and no other is set that looks like one.
func TestSettings(t *testing.T) {
	var want []string
	kind := reflect.TypeFor[config.Config]()
	for i := range kind.NumField() {
		name := kind.Field(i).Tag.Get("envconfig")
		if unset[name] == "" {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, keysOf(t, local(t, "handler_settings"))); diff != "" {
		t.Errorf("internal/config (-) and local.handler_settings (+) differ:\n%s", diff)
	}
	for name := range unset {
		if slices.Contains(keysOf(t, local(t, "handler_settings")), name) {
			t.Errorf("%s is set: %s", name, unset[name])
		}
	}
	// What is not the handler's is the host's or the SDK's; each name was looked up.
	others := []string{"APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID", "AzureWebJobsDisableHomepage", "AzureWebJobsStorage__accountName",
		"AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential", "LAZULI_SERVICE_BUS__clientId", "LAZULI_SERVICE_BUS__credential"}
	if diff := cmp.Diff(others, keysOf(t, local(t, "host_settings"))); diff != "" {
		t.Errorf("settings of the host that were looked up (-) and local.host_settings (+):\n%s", diff)
	}
	app := resource(t, "azurerm_function_app_flex_consumption", "this")
	if got := source(t, app.Attributes["app_settings"].Expr); got != "merge(local.handler_settings, local.host_settings)" {
		t.Errorf("the app has other settings: %s", got)
	}
}

// The functions in the package, the operations that API Management imports and the routes of the handler are the same.
func TestThreeLists(t *testing.T) {
	functions := packaged(t)
	imported := operations(t)
	var routes []string
	for _, route := range httpapi.Routes() {
		routes = append(routes, route.Operation)
	}
	slices.Sort(routes)
	if diff := cmp.Diff(imported, routes); diff != "" {
		t.Errorf("operations in API Management (-) and routes of the handler (+):\n%s", diff)
	}
	if diff := cmp.Diff(imported, functions["httpTrigger"]); diff != "" {
		t.Errorf("operations in API Management (-) and HTTP functions in the package (+):\n%s", diff)
	}
	var others []string
	for kind, names := range functions {
		if kind != "httpTrigger" {
			others = append(others, names...)
		}
	}
	slices.Sort(others)
	want := slices.Clone(triggers.Functions())
	slices.Sort(want)
	if diff := cmp.Diff(want, others); diff != "" {
		t.Errorf("triggers of the handler (-) and other functions in the package (+):\n%s", diff)
	}
}

// packaged are the functions in the package by their trigger.
func packaged(t *testing.T) map[string][]string {
	t.Helper()
	folder := t.TempDir()
	handler, app := filepath.Join(folder, "executable"), filepath.Join(folder, "app")
	if err := os.WriteFile(handler, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), filepath.Join(top, ".ci", "package"), handler, app).CombinedOutput(); err != nil {
		t.Fatalf("package: %v\n%s", err, out)
	}
	paths, err := filepath.Glob(filepath.Join(app, "*", "function.json"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var function struct{ Bindings []struct{ Type string } }
		if err := json.Unmarshal(text, &function); err != nil || len(function.Bindings) == 0 {
			t.Fatalf("%s: %v", path, err)
		}
		kind := function.Bindings[0].Type
		found[kind] = append(found[kind], filepath.Base(filepath.Dir(path)))
	}
	return found
}

// operations are those of the document that azurerm_api_management_api imports.
func operations(t *testing.T) []string {
	t.Helper()
	var imported string
	for _, block := range resource(t, "azurerm_api_management_api", "this").Blocks {
		if block.Type == "import" {
			imported = source(t, block.Body.Attributes["content_value"].Expr)
		}
	}
	if imported != "local.contract_text" || source(t, local(t, "contract_text")) != `file("${local.apim}/openapi.yaml")` || source(t, local(t, "apim")) != `"${path.module}/../../apim"` {
		t.Fatalf("API Management imports %s, which is not the contract", imported)
	}
	contract, err := openapi3.NewLoader().LoadFromFile(filepath.Join(top, "apim", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, item := range contract.Paths.Map() {
		for _, operation := range item.Operations() {
			names = append(names, operation.OperationID)
		}
	}
	slices.Sort(names)
	return names
}

// Every named value that a policy uses is defined, and every one that is defined is used; likewise fragments and backends.
func TestPolicies_names(t *testing.T) {
	values, fragments, backends := map[string]bool{}, map[string]bool{}, map[string]bool{}
	files := map[string]bool{}
	for _, pattern := range []string{"*.xml", "*/*.xml"} {
		paths, err := filepath.Glob(filepath.Join(top, "apim", "policies", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			find(text, `\{\{([^}]*)\}\}`, values)
			find(text, `fragment-id="([^"]*)"`, fragments)
			find(text, `backend-id="([^"]*)"`, backends)
			if filepath.Base(filepath.Dir(path)) == "fragments" {
				files["fragments/"+strings.TrimSuffix(filepath.Base(path), ".xml")] = true
			}
		}
	}
	if diff := cmp.Diff(keysOf(t, local(t, "named_values")), sorted(values)); diff != "" {
		t.Errorf("named values that are defined (-) and used by policies (+):\n%s", diff)
	}
	if diff := cmp.Diff(keysOf(t, local(t, "fragments")), sorted(fragments)); diff != "" {
		t.Errorf("fragments that are made (-) and included (+):\n%s", diff)
	}
	chosen := map[string]bool{}
	find([]byte(source(t, local(t, "fragments"))), `"(fragments/[^"]*)"`, chosen)
	if diff := cmp.Diff(sorted(files), sorted(chosen)); diff != "" {
		t.Errorf("fragments in apim/policies (-) and chosen (+):\n%s", diff)
	}
	backend := source(t, resource(t, "azurerm_api_management_backend", "this").Attributes["name"].Expr)
	if got := sorted(backends); len(got) != 1 || `"`+got[0]+`"` != backend {
		t.Errorf("policies send to %v, and there is %s", got, backend)
	}
}

// The handler may send where messages of the platform go, and nowhere else.
func TestRoles_senders(t *testing.T) {
	want := []string{string(platform.OperationsQueue), string(platform.RunsQueue), string(platform.DeliveriesQueue), string(platform.EventsTopic)}
	slices.Sort(want)
	if diff := cmp.Diff(want, keysOf(t, local(t, "sends"))); diff != "" {
		t.Errorf("destinations of messages (-) and rights to send (+):\n%s", diff)
	}
}

// Every right says beside it which call needs it.
func TestRoles_reasons(t *testing.T) {
	text, err := os.ReadFile("roles.tf")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	rights := 0
	for i, line := range lines {
		if strings.HasPrefix(line, `resource "azurerm_role_assignment" "this"`) || !strings.Contains(line, "role = ") && !strings.HasPrefix(line, `resource "azurerm_role_assignment"`) {
			continue
		}
		rights++
		if !strings.HasPrefix(strings.TrimSpace(lines[i-1]), "#") {
			t.Errorf("roles.tf:%d: no comment says which call needs it", i+1)
		}
	}
	if rights < 10 {
		t.Errorf("only %d rights were found", rights)
	}
}

// What the alert looks for is what the platform says.
func TestAlerts_words(t *testing.T) {
	text, err := os.ReadFile("queries/stuck-operations.kql")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	find(text, `(?m)^ +"([^"]*)"`, words)
	if len(words) == 0 {
		t.Fatal("the query looks for nothing")
	}
	var sources strings.Builder
	paths, err := filepath.Glob(filepath.Join(top, "internal", "platform", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(content)
	}
	for word := range words {
		if !regexp.MustCompile(`Log\.(Warn|Error)\("` + regexp.QuoteMeta(word) + `"`).MatchString(sources.String()) {
			t.Errorf("nothing in internal/platform says %q", word)
		}
	}
	if !slices.Contains(triggers.Functions(), "sweep") {
		t.Error("an alert waits for a function sweep, which there is not")
	}
}

// The variable files set variables that there are, and between them and a file with ids all that must be set.
func TestVariableFiles(t *testing.T) {
	required, known := map[string]bool{}, map[string]bool{}
	for _, block := range parse(t, "variables.tf").Blocks {
		known[block.Labels[0]] = true
		if block.Body.Attributes["default"] == nil {
			required[block.Labels[0]] = true
		}
	}
	for _, id := range []string{"subscription_id", "entra", "devops"} { // those of a company stand in its own file
		if !required[id] {
			t.Errorf("variable %s has a default, which is nobody's", id)
		}
		delete(required, id)
	}
	for _, file := range []string{"dev.tfvars", "prod.tfvars"} {
		set := parse(t, file).Attributes
		for name := range set {
			if !known[name] {
				t.Errorf("%s sets %s, which there is not", file, name)
			}
		}
		for name := range required {
			if set[name] == nil {
				t.Errorf("%s does not set %s", file, name)
			}
		}
	}
}

// Only azurerm, so that all of it can be checked.
func TestProviders(t *testing.T) {
	for _, block := range parse(t, "versions.tf").Blocks {
		if block.Type != "terraform" {
			continue
		}
		for _, inner := range block.Body.Blocks {
			if inner.Type == "required_providers" && (len(inner.Body.Attributes) != 1 || inner.Body.Attributes["azurerm"] == nil) {
				t.Errorf("providers besides azurerm: %d", len(inner.Body.Attributes))
			}
		}
	}
}

func find(text []byte, pattern string, into map[string]bool) {
	for _, match := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
		into[string(match[1])] = true
	}
}

func sorted(set map[string]bool) []string {
	var names []string
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

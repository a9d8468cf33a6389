// Package scripts_test runs the scripts that set an installation up, against a directory of its own.
package scripts_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMain is az too, when a script calls it: a link of that name leads to the test's own executable.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "az" {
		os.Exit(m.Run())
	}
	if os.Args[1] == "provider" {
		os.Exit(provider(os.Args[2:]))
	}
	answer, err := az(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(answer)
	os.Exit(0)
}

type object = map[string]any

// directory is what Microsoft Graph knows, as far as the script asks.
type directory struct {
	Applications, ServicePrincipals, Grants []object
	Writes                                  []string
}

// az answers "az rest" as Microsoft Graph does.
func az(args []string) (any, error) {
	if args[0] != "rest" {
		return nil, fmt.Errorf("az %s is not known here", args[0])
	}
	options := map[string]string{}
	for i := 1; i+1 < len(args); i += 2 {
		options[args[i]] = args[i+1]
	}
	address, err := url.Parse(options["--url"])
	if err != nil || !strings.HasPrefix(options["--url"], "https://graph.microsoft.com/v1.0/") {
		return nil, fmt.Errorf("az rest is sent to %s (%w)", options["--url"], err)
	}
	file := os.Getenv("DIRECTORY")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d directory
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	var body object
	if sent := options["--body"]; sent != "" {
		if err := json.Unmarshal([]byte(sent), &body); err != nil {
			return nil, err
		}
	}
	answer, err := d.answer(options["--method"], strings.TrimPrefix(address.Path, "/v1.0"), address.Query().Get("$filter"), body)
	if err != nil {
		return nil, err
	}
	if options["--method"] != "GET" {
		d.Writes = append(d.Writes, options["--method"]+" "+address.Path)
		if text, err = json.Marshal(d); err == nil {
			err = os.WriteFile(file, text, 0o600)
		}
	}
	return answer, err
}

var filter = regexp.MustCompile(`^(displayName|appId) eq '([\w-]+)'$`)

func (d *directory) answer(method, path, query string, body object) (any, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case method == "GET" && query != "":
		match := filter.FindStringSubmatch(query)
		if match == nil {
			return nil, fmt.Errorf("Bad Request: invalid filter %s", query)
		}
		list := map[string][]object{"applications": d.Applications, "servicePrincipals": d.ServicePrincipals}[parts[0]]
		found := []object{}
		for _, o := range list {
			if o[match[1]] == match[2] {
				found = append(found, o)
			}
		}
		return object{"value": found}, nil
	case method == "POST" && path == "/applications":
		body["id"], body["appId"], body["identifierUris"] = newID(), newID(), []string{}
		d.Applications = append(d.Applications, body)
		return body, nil
	case method == "PATCH" && parts[0] == "applications":
		i := slices.IndexFunc(d.Applications, func(o object) bool { return o["id"] == parts[1] })
		if i < 0 {
			return nil, fmt.Errorf("Not Found: %s", path)
		}
		for name, value := range body {
			d.Applications[i][name] = value
		}
		return nil, nil
	case method == "POST" && path == "/servicePrincipals":
		body["id"] = newID()
		d.ServicePrincipals = append(d.ServicePrincipals, body)
		return body, nil
	case parts[0] == "servicePrincipals" && parts[len(parts)-1] == "appRoleAssignedTo":
		if method == "POST" {
			d.Grants = append(d.Grants, body)
			return body, nil
		}
		found := []object{}
		for _, o := range d.Grants {
			if o["resourceId"] == parts[1] {
				found = append(found, o)
			}
		}
		return object{"value": found}, nil
	}
	return nil, fmt.Errorf("Not Found: %s %s", method, path)
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

const (
	gatewayID  = "66666666-6666-6666-6666-666666666666"
	pipelineID = "dddddddd-0000-0000-0000-000000000000"
)

type world struct{ folder string }

func newWorld(t *testing.T) world {
	t.Helper()
	for _, program := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := world{t.TempDir()}
	if err := os.Symlink(self, filepath.Join(w.folder, "az")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.folder, "directory.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// run runs the script and returns what it printed for Terraform, what it told, and its exit code.
func (w world) run(t *testing.T, args ...string) (printed, told string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"entra.sh"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+w.folder+":"+os.Getenv("PATH"), "DIRECTORY="+filepath.Join(w.folder, "directory.json"))
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), problems.String(), cmd.ProcessState.ExitCode()
}

func (w world) directory(t *testing.T) directory {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.folder, "directory.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d directory
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d directory) application(t *testing.T, name string) object {
	t.Helper()
	for _, o := range d.Applications {
		if o["displayName"] == name {
			return o
		}
	}
	t.Fatalf("there is no registration %s", name)
	return nil
}

// From nothing to all of it; the second run changes nothing, and --check never does.
func TestEntra(t *testing.T) {
	w := newWorld(t)
	all := []string{"--stage", "dev", "--portal", "https://portal.example/", "--gateway", gatewayID, "--pipeline", pipelineID}

	if _, told, code := w.run(t, append([]string{"--check"}, all...)...); code != 1 || !strings.Contains(told, "missing: registration lazuli-dev-api") {
		t.Fatalf("--check of nothing ended with %d and told:\n%s", code, told)
	}
	if writes := w.directory(t).Writes; len(writes) > 0 {
		t.Fatalf("--check changed something: %v", writes)
	}
	printed, told, code := w.run(t, all...)
	if code != 0 {
		t.Fatalf("it ended with %d and told:\n%s", code, told)
	}
	first := w.directory(t)
	if again, told, code := w.run(t, all...); code != 0 || told != "" || again != printed {
		t.Errorf("the second run ended with %d, told %q and printed:\n%s\nand before:\n%s", code, told, again, printed)
	}
	if _, told, code := w.run(t, append([]string{"--check"}, all...)...); code != 0 {
		t.Errorf("--check of all ended with %d and told:\n%s", code, told)
	}
	if second := w.directory(t); len(second.Writes) != len(first.Writes) {
		t.Errorf("the second run changed something: %v", second.Writes[len(first.Writes):])
	}
	for variable, name := range map[string]string{"api": "lazuli-dev-api", "portal": "lazuli-dev-portal", "functions": "lazuli-dev-functions"} {
		want := regexp.MustCompile(variable + ` += "` + first.application(t, name)["appId"].(string) + `"`)
		if !want.MatchString(printed) {
			t.Errorf("%s is not printed as it is made:\n%s", variable, printed)
		}
	}
	if !strings.Contains(printed, pipelineID) {
		t.Errorf("the pipeline's identity is not printed:\n%s", printed)
	}
}

// What the handler relies on: handler/auth.go and internal/identity.
func TestEntra_whatTheHandlerReads(t *testing.T) {
	w := newWorld(t)
	if _, told, code := w.run(t, "--stage", "prod", "--gateway", gatewayID, "--pipeline", pipelineID); code != 0 {
		t.Fatal(told)
	}
	d := w.directory(t)
	for _, name := range []string{"lazuli-prod-api", "lazuli-prod-functions"} {
		text, err := json.Marshal(d.application(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"requestedAccessTokenVersion":2`, `"optionalClaims":{"accessToken":[{"name":"idtyp"}]}`, `"identifierUris":["api://`, `"signInAudience":"AzureADMyOrg"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	source, err := os.ReadFile("../../handler/auth.go")
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]string{}
	for _, name := range []string{"lazuli-prod-api", "lazuli-prod-functions"} {
		for _, role := range d.application(t, name)["appRoles"].([]any) {
			made[role.(object)["value"].(string)] = role.(object)["id"].(string)
		}
	}
	read := regexp.MustCompile(`"(\w+\.\w+|Reader)"(?:: platform|\n)`).FindAllStringSubmatch(string(source), -1)
	for _, match := range read {
		if made[match[1]] == "" {
			t.Errorf("nobody can be given the app role %s, which the handler reads", match[1])
		}
	}
	if len(read) != len(made) {
		t.Errorf("the handler reads %d app roles, and %d are made", len(read), len(made))
	}
	grants := map[string]string{}
	for _, grant := range d.Grants {
		grants[grant["principalId"].(string)] = grant["appRoleId"].(string)
	}
	if len(d.Grants) != 2 || grants[gatewayID] != made["Gateway.Invoke"] || grants[pipelineID] != made["Pipeline.Report"] {
		t.Errorf("roles given: %v", grants)
	}
}

func TestEntra_mendsAndRefuses(t *testing.T) {
	w := newWorld(t)
	if _, told, code := w.run(t, "--stage", "dev"); code != 0 {
		t.Fatal(told)
	}
	d := w.directory(t)
	d.application(t, "lazuli-dev-api")["signInAudience"] = "AzureADMultipleOrgs" // somebody opened it for all tenants
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.folder, "directory.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, told, code := w.run(t, "--check", "--stage", "dev"); code != 1 || !strings.Contains(told, "properties of registration lazuli-dev-api") {
		t.Errorf("--check ended with %d and told %q", code, told)
	}
	if _, _, code := w.run(t, "--stage", "dev"); code != 0 || w.directory(t).application(t, "lazuli-dev-api")["signInAudience"] != "AzureADMyOrg" {
		t.Error("it was not mended")
	}
	for _, args := range [][]string{{}, {"--stage"}, {"--stage", "dev'x"}, {"--stage", "dev", "--gateway", "me"}, {"--stage", "dev", "--all"}} {
		if _, _, code := w.run(t, args...); code != 2 {
			t.Errorf("%v ended with %d", args, code)
		}
	}
	twice := w.directory(t)
	twice.Applications = append(twice.Applications, object{"displayName": "lazuli-dev-api", "id": newID(), "appId": newID()})
	if text, err = json.Marshal(twice); err == nil {
		err = os.WriteFile(filepath.Join(w.folder, "directory.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, told, code := w.run(t, "--stage", "dev"); code == 0 || !strings.Contains(told, "there are several") {
		t.Errorf("of two registrations it chose one: %d, %q", code, told)
	}
}

package platform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// shop is a template of which each test publishes the versions that it needs; its one resource says which.
func (s *servicePlatform) publishShop(t *testing.T, version string) {
	t.Helper()
	s.publish(t, aTemplate(t, s, "shop", version, "of version "+version))
}

func from(environment, deployment string, valuesGoAlong bool) platform.EnvironmentSpec {
	return platform.EnvironmentSpec{From: &platform.Source{Environment: environment, Deployment: deployment, ValuesGoAlong: valuesGoAlong}}
}

// deployed is the deployment that made an environment what it is.
func (s *servicePlatform) deployed(t *testing.T, name string) platform.Deployment {
	t.Helper()
	env, err := s.GetEnvironment(t.Context(), developer, "payments", name)
	if err != nil {
		t.Fatal(err)
	}
	dep, err := s.GetDeployment(t.Context(), developer, "payments", name, env.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	return dep
}

func (s *servicePlatform) again(t *testing.T, name string, spec platform.EnvironmentSpec) platform.Deployment {
	t.Helper()
	done, err := s.CreateDeployment(t.Context(), developer, "payments", name, platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: spec}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	return s.deployed(t, name)
}

// withLevel is an environment whose one setting comes from a value.
func withLevel(text string) platform.EnvironmentSpec {
	m := platform.Manifest{Resources: map[string]platform.Resource{"site": {Type: "app-service", Inputs: map[string]any{"runtime": "static", "settings": map[string]any{"LEVEL": "${values.LEVEL}", "TEXT": text}}}}}
	return platform.EnvironmentSpec{Type: "dev", Manifest: &m}
}

// Rolling back builds exactly what was built, and says where it came from; the values stay unless they are to go along.
func TestRollBack(t *testing.T) {
	s := newService(t)
	s.change(t, paymentsDevValues, setValue("LEVEL", `"info"`))
	s.built(t, "dev", withLevel("first"))
	first := s.deployed(t, "dev")
	s.change(t, paymentsDevValues, setValue("LEVEL", `"debug"`, "MORE", `1`))
	s.built(t, "dev", withLevel("second"))

	p, err := s.PreviewDeployment(t.Context(), developer, "payments", "dev", from("", first.ID, true))
	if err != nil || len(p.Changes) != 1 || p.Changes[0].Action != "change" {
		t.Errorf("the difference beforehand: %+v, %v", p.Changes, err)
	}
	stays := s.again(t, "dev", from("", first.ID, false))
	if string(stays.Manifest.JSON()) != string(first.Manifest.JSON()) || stays.From == nil || stays.From.Deployment != first.ID || stays.Values.Environment != 2 {
		t.Errorf("rolled back to %s from %+v with values %+v", stays.Manifest.JSON(), stays.From, stays.Values)
	}
	along := s.again(t, "dev", from("", first.ID, true))
	values, err := s.GetValues(t.Context(), developer, paymentsDevValues)
	if err != nil || values.Head.Number != 3 || len(values.Head.Values) != 1 || string(values.Head.Values["LEVEL"].JSON) != `"info"` || along.Values.Environment != 3 {
		t.Errorf("values: %+v, deployment with %+v, %v", values.Head, along.Values, err)
	}
}

// What an environment was asked for is asked for in another, with the template's version of then, and cloned into a new one.
func TestPromote(t *testing.T) {
	s := newService(t)
	s.publishShop(t, "1")
	s.built(t, "dev", platform.EnvironmentSpec{Type: "dev", Template: "shop"})
	s.publishShop(t, "2")
	s.built(t, "test", platform.EnvironmentSpec{Type: "test", Template: "shop"})
	if d := s.deployed(t, "test"); d.TemplateVersion != "2" {
		t.Fatalf("test begins with version %s", d.TemplateVersion)
	}
	if d := s.again(t, "test", from("dev", "", false)); d.Template != "shop" || d.TemplateVersion != "1" || d.From.Environment != "dev" || d.From.Deployment != s.deployed(t, "dev").ID {
		t.Errorf("promoted: %s@%s from %+v", d.Template, d.TemplateVersion, d.From)
	}
	spec := from("dev", "", false)
	spec.Type = "dev"
	s.built(t, "copy", spec)
	if d := s.deployed(t, "copy"); d.TemplateVersion != "1" {
		t.Errorf("cloned: %s@%s", d.Template, d.TemplateVersion)
	}
}

// Plain values go along to another environment; what it has itself besides stays, and secrets have to be its own.
func TestPromote_valuesGoAlong(t *testing.T) {
	s := newService(t)
	s.change(t, paymentsDevValues, setValue("LEVEL", `"debug"`))
	s.change(t, paymentsDevValues, setSecret("PASSWORD", "of dev"))
	s.built(t, "dev", withLevel("x"))
	test := platform.ValueScope{Project: "payments", Environment: "test"}
	s.change(t, test, setValue("LEVEL", `"info"`, "OWN", `true`))
	spec := withLevel("y")
	spec.Type = "test"
	s.built(t, "test", spec)

	_, err := s.CreateDeployment(t.Context(), developer, "payments", "test", platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: from("dev", "", true)}, "")
	var e *platform.Error
	if !errors.As(err, &e) || e.Code != platform.Invalid || !strings.Contains(e.Message, "PASSWORD") {
		t.Errorf("with a secret that is not there: %v", err)
	}
	s.change(t, test, setSecret("PASSWORD", "of test"))
	own := s.values(t, test)["PASSWORD"].Secret
	s.again(t, "test", from("dev", "", true))
	after := s.values(t, test)
	if string(after["LEVEL"].JSON) != `"debug"` || string(after["OWN"].JSON) != "true" || after["PASSWORD"].Secret != own {
		t.Errorf("values: %+v", after)
	}
}

func (s *servicePlatform) values(t *testing.T, scope platform.ValueScope) map[string]platform.Value {
	t.Helper()
	v, err := s.GetValues(t.Context(), developer, scope)
	if err != nil {
		t.Fatal(err)
	}
	return v.Head.Values
}

// What cannot be deployed again is refused with the reason, and changes neither environment nor values.
func TestSource_refused(t *testing.T) {
	s := newService(t)
	s.publishShop(t, "1")
	s.built(t, "dev", platform.EnvironmentSpec{Type: "dev", Template: "shop"})
	good := s.deployed(t, "dev")
	failed, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: files()}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, failed.Operation.ID, platform.Report{Status: platform.Failed}, platform.RunFailed)
	s.publishShop(t, "2")
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindTemplate, "shop", "1", platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	s.mustGive(t, owner, "/projects/payments/environments/test", "tester", platform.Contributor)
	tester := platform.Caller{ID: "tester"}
	both := from("", good.ID, false)
	both.Template = "shop"
	for name, row := range map[string]struct {
		by   platform.Caller
		env  string
		spec platform.EnvironmentSpec
		mode platform.Mode
		code platform.Code
		says string
	}{
		"no deployment named":             {developer, "dev", from("", "", false), platform.ModeDeploy, platform.Invalid, "Say which deployment"},
		"one that is not there":           {developer, "dev", from("", "01NOTHING00000000000000000", false), platform.ModeDeploy, platform.Invalid, "There is no deployment"},
		"one that failed":                 {developer, "dev", from("", failed.Operation.Deployment, false), platform.ModeDeploy, platform.Invalid, "did not succeed"},
		"a template beside it":            {developer, "dev", both, platform.ModeDeploy, platform.Invalid, "not described anew"},
		"a defective version elsewhere":   {developer, "dev", from("dev", "", false), platform.ModePlan, platform.Invalid, "Say which deployment"},
		"a plan that changes values":      {developer, "dev", from("", good.ID, true), platform.ModePlan, platform.Invalid, "A plan changes no values"},
		"an environment that is not seen": {tester, "test", from("dev", good.ID, false), platform.ModeDeploy, platform.NotFound, `no environment "dev"`},
		"one that does not exist":         {developer, "dev", from("nowhere", "", false), platform.ModeDeploy, platform.NotFound, `no environment "nowhere"`},
	} {
		_, err := s.CreateDeployment(t.Context(), row.by, "payments", row.env, platform.DeploymentSpec{Mode: row.mode, EnvironmentSpec: row.spec}, "")
		var e *platform.Error
		if !errors.As(err, &e) || e.Code != row.code || !strings.Contains(e.Message, row.says) {
			t.Errorf("%s: %v, want %s with %q", name, err, row.code, row.says)
		}
	}
	clone := from("dev", good.ID, false)
	clone.Type = "dev"
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "copy", clone, platform.Preconditions{}, ""); platform.CodeOf(err) != platform.Invalid || !strings.Contains(err.Error(), "shop@1 is defective") {
		t.Errorf("cloning what a defective template made: %v", err)
	}
	// To roll back, the template is not asked: what it made is deployed again.
	if d := s.again(t, "dev", from("", good.ID, false)); d.TemplateVersion != "1" {
		t.Errorf("rolled back to %s", d.TemplateVersion)
	}
}

// A definition that turned out defective is not rolled back to.
func TestRollBack_defectiveDefinition(t *testing.T) {
	s := newService(t)
	s.built(t, "dev", files())
	good := s.deployed(t, "dev")
	pin := good.Definitions[0]
	item, err := s.GetCatalogItem(t.Context(), admin, platform.KindResourceDefinition, pin.Definition, pin.Version)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(item.Document, &document); err != nil {
		t.Fatal(err)
	}
	document["spec"].(map[string]any)["version"] = "99"
	next, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	newer, err := s.ReadCatalogItem(t.Context(), admin, next, item.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, newer)
	if d := s.again(t, "dev", from("", good.ID, false)); d.Definitions[0].Version != pin.Version {
		t.Errorf("rolled back to version %s of the definition", d.Definitions[0].Version)
	}
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindResourceDefinition, pin.Definition, pin.Version, platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: from("", good.ID, false)}, "")
	if platform.CodeOf(err) != platform.Invalid || !strings.Contains(err.Error(), pin.Definition) {
		t.Errorf("to a defective definition: %v", err)
	}
}

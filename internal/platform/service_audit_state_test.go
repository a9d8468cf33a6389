package platform_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func wantState(t *testing.T, what string, got json.RawMessage, want string) {
	t.Helper()
	if string(got) != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

// A project is shown as it was and as it became.
func TestAudit_project(t *testing.T) {
	s := newService(t)
	made := s.lastOf(t, "putProject")
	wantState(t, "what a new project replaced", made.Before, "")
	want := `{"title":"Payments","team":"payments","members":[{"id":"developer","kind":"user","role":"Contributor","scope":"/projects/payments"},{"id":"team-owner","kind":"user","role":"TeamOwner","scope":"/projects/payments"},{"id":"viewer","kind":"user","role":"Reader","scope":"/projects/payments"}]}`
	wantState(t, "the new project", made.After, want)

	p, err := s.Store.Project(t.Context(), "payments")
	if err != nil {
		t.Fatal(err)
	}
	spec := platform.ProjectSpec{Title: "Paid", Team: "payments", Members: []platform.Member{{ID: "team-owner", Role: platform.TeamOwner}},
		Pins: []platform.Pin{{Kind: platform.KindTemplate, Name: "empty", Version: "1"}}, Budget: &platform.Budget{Monthly: 5_000_000, Over: platform.OverRefuse}}
	if _, err := s.PutProject(t.Context(), admin, "payments", spec, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
	changed := s.lastOf(t, "putProject")
	wantState(t, "what it was", changed.Before, want)
	wantState(t, "what it became", changed.After, `{"title":"Paid","team":"payments","members":[{"id":"team-owner","kind":"user","role":"TeamOwner","scope":"/projects/payments"}],"pins":[{"kind":"Template","name":"empty","version":"1"}],"budget":{"monthly":500.00,"over":"refuse"}}`)
}

// Plain values are shown; of a secret only that it is one, not even where it is.
func TestAudit_values(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("LEVEL", `"info"`, "OTHER", `1`))
	ch := setValue("LEVEL", `"debug"`, "TREE", `{"a":[1.5]}`)
	hunter := "hunter2"
	ch.Set["PASSWORD"] = platform.NewValue{Secret: &hunter}
	s.change(t, payments, ch)
	event := s.lastOf(t, "changeProjectValues")
	wantState(t, "before", event.Before, `{"LEVEL":"info"}`)
	wantState(t, "after", event.After, `{"LEVEL":"debug","PASSWORD":{"secret":true},"TREE":{"a":[1.5]}}`)

	s.change(t, payments, platform.ValueChanges{Remove: []string{"PASSWORD", "TREE"}})
	event = s.lastOf(t, "changeProjectValues")
	wantState(t, "before the removal", event.Before, `{"PASSWORD":{"secret":true},"TREE":{"a":[1.5]}}`)
	wantState(t, "after the removal", event.After, "")

	s.change(t, payments, setValue("LARGE", `"`+strings.Repeat("x", 16<<10)+`"`))
	wantState(t, "a large value", s.lastOf(t, "changeProjectValues").After, `{"omitted":"16396 bytes"}`)
}

// A change of an environment says what was deployed and what is to be; the claim says which run does it.
func TestAudit_environment(t *testing.T) {
	s := newService(t)
	made := s.create(t, "dev", operationOne)
	event := s.lastOf(t, "putEnvironment")
	wantState(t, "what a new environment replaced", event.Before, "")
	first := fmt.Sprintf(`{"manifest":%q,"deployment":%q}`, manifestOf(t, event.After), made.Operation.Deployment)
	wantState(t, "the new environment", event.After, first)
	if event.Operation != operationOne || event.Target != "/projects/payments/environments/dev" || event.Detail != "deploy" {
		t.Errorf("event is %+v", event)
	}

	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	claim := s.lastOf(t, "startRun")
	if claim.Operation != operationOne || claim.Run != s.pipelines.runOf(operationOne) || claim.ActorKind != platform.ActorPipeline || claim.Actor != aRun.ID {
		t.Errorf("claim is %+v", claim)
	}

	other := platform.EnvironmentSpec{Type: "dev", Template: "empty"}
	done, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", other, platform.Preconditions{}, "01SERVICE00000000000000002")
	if err != nil {
		t.Fatal(err)
	}
	event = s.lastOf(t, "putEnvironment")
	wantState(t, "what it was", event.Before, first)
	wantState(t, "what it is to be", event.After, fmt.Sprintf(`{"template":"empty","templateVersion":"1","manifest":%q,"deployment":%q}`, manifestOf(t, event.After), done.Operation.Deployment))
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)

	gone, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	event = s.lastOf(t, "deleteEnvironment")
	wantState(t, "what was deleted", event.Before, fmt.Sprintf(`{"template":"empty","deployment":%q}`, done.Operation.Deployment))
	wantState(t, "the deletion", event.After, fmt.Sprintf(`{"deployment":%q}`, gone.Operation.Deployment))
}

func manifestOf(t *testing.T, state json.RawMessage) string {
	t.Helper()
	var shown struct{ Manifest string }
	if err := json.Unmarshal(state, &shown); err != nil || len(shown.Manifest) != 64 {
		t.Fatalf("%s shows no digest of a manifest: %v", state, err)
	}
	return shown.Manifest
}

// A publication shows whose status it changed, also of what was the default before it.
func TestAudit_catalog(t *testing.T) {
	s := newService(t)
	if seed := s.auditLog(t, platform.AuditFilter{Project: platform.CatalogScope}); len(seed) != 1 || seed[0].Actor != "package" || seed[0].ActorKind != platform.ActorApplication {
		t.Errorf("what came with the package is told as %+v", seed)
	}
	s.publish(t, aTemplate(t, s, "shop", "1", "one"))
	s.publish(t, aTemplate(t, s, "shop", "2", "two"))
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindTemplate, "shop", "2", platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	events := s.auditLog(t, platform.AuditFilter{Project: platform.CatalogScope})
	wantState(t, "before", events[0].Before, `{"Template shop@2":"default"}`)
	wantState(t, "after", events[0].After, `{"Template shop@2":"defective"}`)
	wantState(t, "before the second", events[1].Before, `{"Template shop@1":"default"}`)
	wantState(t, "after the second", events[1].After, `{"Template shop@1":"deprecated","Template shop@2":"default"}`)
	if events[0].Action != "setCatalogItemStatus" || events[1].Action != "publishCatalog" {
		t.Errorf("actions are %s and %s", events[0].Action, events[1].Action)
	}
}

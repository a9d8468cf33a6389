package platform_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	operationLook = "01DRIFT0000000000000000001"
	storage       = "module.files.sandbox_storage.this"
)

func ptr(s string) *string { return &s }

// changedContainers is what a run reports when somebody made another container by hand.
func changedContainers() platform.Plan {
	return platform.Plan{
		Counts:  platform.Counts{Change: 1},
		Changes: []platform.Change{{Address: storage, Action: "change", Properties: []platform.PropertyChange{{Path: "containers[0]", Before: ptr("extra")}}}},
		Drift: []platform.ResourceDrift{{
			Change: platform.Change{Address: storage, Action: "change", Properties: []platform.PropertyChange{{Path: "containers[0]", After: ptr("extra")}}},
			Found:  map[string]json.RawMessage{"containers": json.RawMessage(`["extra"]`)},
		}},
	}
}

// deployed is a ready environment of one storage account.
func deployed(t *testing.T) *servicePlatform {
	t.Helper()
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	s.advanceBy(time.Hour)
	return s
}

func (s *servicePlatform) check(t *testing.T, id string) platform.Operation {
	t.Helper()
	op, err := s.CheckDrift(t.Context(), developer, "payments", "dev", id)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// look carries a look through a run that sees the plan.
func (s *servicePlatform) look(t *testing.T, id string, plan platform.Plan) platform.Operation {
	t.Helper()
	s.check(t, id)
	secret := s.claim(t, id)
	plan.Digest = strings.Repeat("d", 64)
	for range 2 { // a report may come twice
		d, err := s.ReportRunPlan(t.Context(), aRun, id, secret, plan)
		if err != nil || d.Apply || d.Keep {
			t.Fatalf("the plan of a look is answered %+v: %v", d, err)
		}
	}
	if err := s.ReportRunResult(t.Context(), aRun, id, secret, platform.Report{Status: platform.Succeeded}); err != nil {
		t.Fatal(err)
	}
	return s.endRun(t, id, platform.RunSucceeded)
}

func (s *servicePlatform) claim(t *testing.T, id string) (secret string) {
	t.Helper()
	if err := s.RunOperation(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	d, err := s.StartRun(t.Context(), aRun, id, s.pipelines.runOf(id))
	if err != nil || !d.Proceed {
		t.Fatalf("claim: %+v %v", d, err)
	}
	return d.Secret
}

func (s *servicePlatform) endRun(t *testing.T, id string, end platform.RunState) platform.Operation {
	t.Helper()
	s.pipelines.end(s.pipelines.runOf(id), end)
	if err := s.FollowRun(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	op, err := s.Store.Operation(t.Context(), id)
	if err != nil || !op.Status.Final() {
		t.Fatalf("operation %+v: %v", op, err)
	}
	return op
}

func (s *servicePlatform) report(t *testing.T) platform.DriftReport {
	t.Helper()
	r, err := s.GetDriftReport(t.Context(), viewer, "payments", "dev")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *servicePlatform) told(t *testing.T, operation string) (kinds []string) {
	t.Helper()
	messages, err := s.Store.Outbox(t.Context(), "payments", operation)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if m.Event != nil && strings.Contains(m.Event.Type, ".drift") {
			kinds = append(kinds, m.Event.Type)
		}
	}
	return kinds
}

// A look plans what is deployed, as it was rendered then, and says which property of which resource is not as it was.
func TestCheckDrift_found(t *testing.T) {
	s := deployed(t)
	if r := s.report(t); r.Status != platform.DriftUnchecked {
		t.Errorf("before any look the status is %s", r.Status)
	}
	first, err := s.Store.Operation(t.Context(), operationOne)
	if err != nil {
		t.Fatal(err)
	}
	if op := s.check(t, operationLook); op.Deployment != first.Deployment || op.Mode != platform.ModeDrift {
		t.Errorf("the look is of deployment %s in mode %s", op.Deployment, op.Mode)
	}
	if again := s.check(t, operationLook); again.ID != operationLook {
		t.Errorf("the same request again is %s", again.ID)
	}
	_, err = s.CheckDrift(t.Context(), developer, "payments", "dev", "")
	mustCode(t, err, platform.OperationInProgress)
	if op := s.look(t, operationLook, changedContainers()); op.Status != platform.Succeeded {
		t.Fatalf("the look ended as %s %+v", op.Status, op.Error)
	}
	env, err := s.GetEnvironment(t.Context(), viewer, "payments", "dev")
	if err != nil || env.State != platform.Ready || env.ActiveOperation != "" || env.Failure != nil || env.Deployment != first.Deployment {
		t.Errorf("after the look the environment is %+v: %v", env, err)
	}
	r := s.report(t)
	if r.Status != platform.DriftFound || len(r.Resources) != 1 || r.Check.Operation != operationLook || r.Known.Deployment != first.Deployment {
		t.Fatalf("report %+v", r)
	}
	d := r.Resources[0]
	if d.Address != storage || d.Alias != "files" || !d.Outside || !d.Planned || d.Action != platform.DriftChanged || len(d.Properties) != 1 {
		t.Errorf("drifted %+v", d)
	}
	if p := d.Properties[0]; p.Path != "containers[0]" || p.Expected != nil || p.Found == nil || *p.Found != "extra" {
		t.Errorf("property %+v", p)
	}
	if kinds := s.told(t, operationLook); len(kinds) != 1 || kinds[0] != "io.lazuli.environment.drifted.v1" {
		t.Errorf("told %v", kinds)
	}
}

// What only a plan shows is drift too, from what is to what should be; and what a plan would leave is, when somebody changed it.
func TestCheckDrift_plannedAndNot(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, platform.Plan{
		Changes: []platform.Change{
			{Address: "module.secret_files_url.sandbox_secret.this", Action: "change", Properties: []platform.PropertyChange{{Path: "value", Sensitive: true}}},
			{Address: "module.other.x.y", Action: "add"},
		},
		Drift: []platform.ResourceDrift{{Change: platform.Change{Address: storage, Action: "change", Properties: []platform.PropertyChange{{Path: "url", Before: ptr("a"), After: ptr("b")}}}}},
	})
	r := s.report(t)
	if r.Status != platform.DriftFound || len(r.Resources) != 3 {
		t.Fatalf("report %+v", r)
	}
	left, other, secret := r.Resources[0], r.Resources[1], r.Resources[2]
	if !left.Outside || left.Planned || *left.Properties[0].Expected != "a" || *left.Properties[0].Found != "b" {
		t.Errorf("what a plan would leave is %+v", left)
	}
	if other.Outside || !other.Planned || other.Alias != "" || other.Action != "add" {
		t.Errorf("what is missing is %+v", other)
	}
	if secret.Alias != "files" || !secret.Properties[0].Sensitive || secret.Properties[0].Found != nil {
		t.Errorf("the secret is %+v", secret)
	}
}

// A look that could not see says so, and keeps what the one before it saw. It is never taken for one that found nothing, and is no
// failure of the environment.
func TestCheckDrift_unknown(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, changedContainers())
	ends := map[string]func(t *testing.T, id string){
		"01DRIFT0000000000000000002": func(t *testing.T, id string) { // the run fails before it has a plan
			secret := s.claim(t, id)
			if err := s.ReportRunResult(t.Context(), aRun, id, secret, platform.Report{Status: platform.Failed, Error: &platform.OperationError{Code: "TerraformFailed", Message: "The provider is away."}}); err != nil {
				t.Fatal(err)
			}
			s.endRun(t, id, platform.RunFailed)
		},
		"01DRIFT0000000000000000003": func(t *testing.T, id string) { // it ends well and never said what it saw
			secret := s.claim(t, id)
			if err := s.ReportRunResult(t.Context(), aRun, id, secret, platform.Report{Status: platform.Succeeded}); err != nil {
				t.Fatal(err)
			}
			if op := s.endRun(t, id, platform.RunSucceeded); op.Status != platform.Failed {
				t.Errorf("the operation of a look that saw nothing is %s", op.Status)
			}
		},
		"01DRIFT0000000000000000004": func(t *testing.T, id string) {
			if _, err := s.CancelOperation(t.Context(), developer, id); err != nil {
				t.Fatal(err)
			}
		},
	}
	for id, end := range ends {
		s.check(t, id)
		end(t, id)
		r := s.report(t)
		if r.Status != platform.DriftUnknown || r.Check.Unknown == "" || r.Check.Operation != id || len(r.Resources) != 1 || r.Known.Operation != operationLook {
			t.Errorf("%s: report %+v", id, r)
		}
		env, err := s.GetEnvironment(t.Context(), viewer, "payments", "dev")
		if err != nil || env.State != platform.Ready || env.Failure != nil || env.ActiveOperation != "" {
			t.Errorf("%s: the environment is %s %+v: %v", id, env.State, env.Failure, err)
		}
		if kinds := s.told(t, id); len(kinds) != 0 {
			t.Errorf("%s: told %v of what is not known", id, kinds)
		}
	}
	_, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, "")
	mustCode(t, err, platform.Conflict)
}

// Listeners are told when it drifts, not again of the same, of something else, and when it is over.
func TestCheckDrift_events(t *testing.T) {
	s := deployed(t)
	another := changedContainers()
	another.Drift[0].Properties[0].After = ptr("more")
	for i, step := range []struct {
		plan platform.Plan
		told string
	}{{platform.Plan{}, ""}, {changedContainers(), "drifted"}, {changedContainers(), ""}, {another, "drifted"}, {platform.Plan{}, "driftcleared"}, {changedContainers(), "drifted"}} {
		id := "01DRIFT000000000000000001" + string(rune('0'+i))
		s.look(t, id, step.plan)
		got := strings.Join(s.told(t, id), " ")
		if want := "io.lazuli.environment." + step.told + ".v1"; got != want && (step.told != "" || got != "") {
			t.Errorf("look %d told %q, want %q", i, got, step.told)
		}
	}
	back, err := s.PutBackDrift(t.Context(), developer, "payments", "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, back.ID, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	if got := s.told(t, back.ID); len(got) != 1 || got[0] != "io.lazuli.environment.driftcleared.v1" {
		t.Errorf("putting back told %v", got)
	}
	if r := s.report(t); r.Status != platform.DriftUnchecked || len(r.Resources) != 0 {
		t.Errorf("after putting back the report is %+v", r)
	}
}

// There is nothing to look at in what was never deployed, or is going.
func TestCheckDrift_refused(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.finish(t, operationOne, platform.Report{Status: platform.Failed}, platform.RunFailed)
	_, err := s.CheckDrift(t.Context(), developer, "payments", "dev", "")
	mustCode(t, err, platform.Invalid)
	_, err = s.CheckDrift(t.Context(), developer, "payments", "none", "")
	mustCode(t, err, platform.NotFound)
	_, err = s.PutBackDrift(t.Context(), developer, "payments", "dev", "")
	mustCode(t, err, platform.Invalid)
}

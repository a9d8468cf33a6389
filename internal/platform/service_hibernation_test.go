package platform_test

import (
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// machine is an environment with a machine and a storage account.
func machine() platform.EnvironmentSpec {
	return platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{"files": {Type: "storage-account"}, "vm": {Type: "virtual-machine"}}}}
}

func (s *servicePlatform) bundle(t *testing.T, dep platform.Deployment) map[string]string {
	t.Helper()
	raw, err := s.Store.Body(t.Context(), "payments", dep.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]string
	if err := json.Unmarshal(raw, &files); err != nil {
		t.Fatal(err)
	}
	return files
}

func (s *servicePlatform) current(t *testing.T, name string) platform.Deployment {
	t.Helper()
	dep, err := s.Store.Deployment(t.Context(), "payments", name, s.env(t, name).Deployment)
	if err != nil {
		t.Fatal(err)
	}
	return dep
}

// Hibernating deploys what is there with the power off and nothing else, whatever the catalog says by then; waking is the way back.
func TestHibernateEnvironment(t *testing.T) {
	s := newService(t)
	before := s.made(t, "dev", machine())
	ready := s.current(t, "dev")
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindResourceDefinition, "virtual-machine-local", "1", platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	done, err := s.HibernateEnvironment(t.Context(), developer, "payments", "dev", operationOne)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.HibernateEnvironment(t.Context(), developer, "payments", "dev", operationOne)
	if err != nil || again.Operation.ID != done.Operation.ID {
		t.Fatalf("the same request again: %v", err)
	}
	s.succeed(t, operationOne)
	env := s.env(t, "dev")
	if env.State != platform.Hibernated || env.Sleep.Since.IsZero() || env.Sleep.ByCalendar {
		t.Fatalf("it is %s: %+v", env.State, env.Sleep)
	}
	off := s.current(t, "dev")
	was, is := s.bundle(t, ready), s.bundle(t, off)
	is["terraform.tfvars.json"] = strings.Replace(is["terraform.tfvars.json"], `"power": "off"`, `"power": "on"`, 1)
	if off.Power != platform.PowerOff || off.Bundle == ready.Bundle || !maps.Equal(was, is) {
		t.Errorf("more differs than the power:\n%s\n%s", was["terraform.tfvars.json"], is["terraform.tfvars.json"])
	}
	_, err = s.HibernateEnvironment(t.Context(), developer, "payments", "dev", "")
	if platform.CodeOf(err) != platform.EnvironmentNotReady {
		t.Errorf("once more it is answered %v", err)
	}
	s.advanceBy(5 * time.Hour)
	done, err = s.WakeEnvironment(t.Context(), developer, "payments", "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, done.Operation.ID)
	env = s.env(t, "dev")
	if env.State != platform.Ready || env.Sleep.For < 5*time.Hour || !env.Sleep.Since.IsZero() || env.Monthly != before.Monthly {
		t.Errorf("awake it is %s: %+v", env.State, env.Sleep)
	}
	if !maps.Equal(was, s.bundle(t, s.current(t, "dev"))) {
		t.Error("awake it is not what it was")
	}
	s.tick(t)
	if n := len(s.heardOf(t, "environment.hibernated", "dev")); n != 1 {
		t.Errorf("told %d times that it sleeps", n)
	}
	_, err = s.WakeEnvironment(t.Context(), developer, "payments", "dev", "")
	if platform.CodeOf(err) != platform.EnvironmentNotReady {
		t.Errorf("waking what is awake is answered %v", err)
	}
}

// A failure leaves the environment as it was, and says so; it can be tried again, and is the same again.
func TestHibernateEnvironment_fails(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", machine())
	done, err := s.HibernateEnvironment(t.Context(), developer, "payments", "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, done.Operation.ID, platform.Report{Status: platform.Failed, Error: &platform.OperationError{Code: "Broken", Message: "It does not stop."}}, platform.RunFailed)
	if env := s.env(t, "dev"); env.State != platform.Ready || env.Failure == nil || env.Failure.Message != "It does not stop." {
		t.Fatalf("it is %s, %+v", env.State, env.Failure)
	}
	again, err := s.RetryOperation(t.Context(), developer, done.Operation.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, again.Operation.ID)
	if env := s.env(t, "dev"); env.State != platform.Hibernated || env.Failure != nil {
		t.Errorf("tried again it is %s, %+v", env.State, env.Failure)
	}
}

// Another deployment wakes it, also one that asks for what it is already; a plan does not.
func TestHibernateEnvironment_deployedTo(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", machine())
	hibernate := func() {
		t.Helper()
		done, err := s.HibernateEnvironment(t.Context(), developer, "payments", "dev", "")
		if err != nil {
			t.Fatal(err)
		}
		s.succeed(t, done.Operation.ID)
	}
	hibernate()
	plan, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModePlan}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, plan.Operation.ID)
	if env := s.env(t, "dev"); env.State != platform.Hibernated || env.Sleep.Since.IsZero() {
		t.Fatalf("planned it is %s, %+v", env.State, env.Sleep)
	}
	same, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", machine(), platform.Preconditions{}, "")
	if err != nil || same.Operation == nil {
		t.Fatalf("asked for as it is: %+v %v", same.Operation, err)
	}
	s.succeed(t, same.Operation.ID)
	if env := s.env(t, "dev"); env.State != platform.Ready || !env.Sleep.Since.IsZero() {
		t.Errorf("then it is %s", env.State)
	}
	if text := s.bundle(t, s.current(t, "dev"))["terraform.tfvars.json"]; !strings.Contains(text, `"power": "on"`) {
		t.Errorf("its power is in %s", text)
	}
}

func TestHibernateEnvironment_refusals(t *testing.T) {
	s := newService(t)
	s.made(t, "files", files())
	_, err := s.HibernateEnvironment(t.Context(), developer, "payments", "files", "")
	if platform.CodeOf(err) != platform.EnvironmentNotReady || !strings.Contains(err.Error(), "Nothing in payments/files") {
		t.Errorf("what has nothing to switch: %v", err)
	}
	if _, err := s.HibernateEnvironment(t.Context(), developer, "payments", "none", ""); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("what is not there: %v", err)
	}
	busy, err := s.PutEnvironment(t.Context(), developer, "payments", "busy", machine(), platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.HibernateEnvironment(t.Context(), developer, "payments", "busy", ""); platform.CodeOf(err) != platform.OperationInProgress {
		t.Errorf("what is busy with %s: %v", busy.Operation.ID, err)
	}
}

// By its calendar an environment sleeps at night; what somebody wakes stays awake until the next evening, and what somebody puts to
// sleep sleeps until somebody wakes it. noon is a Monday, 13:00 in Berlin.
func TestCalendar_nights(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", machine())
	if _, err := s.SetCalendar(t.Context(), developer, "payments", "dev", nil); err != nil { // that of the type: 19:00 to 07:00, and weekends
		t.Fatal(err)
	}
	at := func(text string) platform.Environment {
		t.Helper()
		s.advanceBy(moment(t, text).Sub(s.Now()))
		s.tick(t)
		if env := s.env(t, "dev"); env.ActiveOperation != "" {
			s.succeed(t, env.ActiveOperation)
		}
		s.tick(t)
		return s.env(t, "dev")
	}
	for _, step := range []struct {
		at   string
		want platform.EnvironmentState
	}{
		{"2026-11-23T17:59:00Z", platform.Ready},      // Monday, 18:59 in Berlin
		{"2026-11-23T18:00:30Z", platform.Hibernated}, // 19:00
		{"2026-11-24T05:59:00Z", platform.Hibernated},
		{"2026-11-24T06:00:30Z", platform.Ready}, // Tuesday, 07:00
	} {
		if env := at(step.at); env.State != step.want {
			t.Fatalf("at %s it is %s, want %s", step.at, env.State, step.want)
		}
	}
	if slept, _ := s.env(t, "dev").Asleep(s.Now()); slept < 11*time.Hour || slept > 13*time.Hour {
		t.Errorf("it slept for %s of twelve hours", slept)
	}
	op, err := s.Store.Operation(t.Context(), s.current(t, "dev").Operation)
	if err != nil || op.Kind != "wakeEnvironment" || op.RequestedBy != "platform" {
		t.Errorf("it was woken by %+v, %v", op, err)
	}

	if env := at("2026-11-24T18:01:00Z"); env.State != platform.Hibernated {
		t.Fatalf("on Tuesday evening it is %s", env.State)
	}
	woken, err := s.WakeEnvironment(t.Context(), developer, "payments", "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, woken.Operation.ID)
	if env := at("2026-11-24T23:00:00Z"); env.State != platform.Ready {
		t.Errorf("what somebody woke in the evening is %s at night", env.State)
	}
	if env := at("2026-11-25T18:01:00Z"); env.State != platform.Hibernated {
		t.Errorf("on the next evening it is %s", env.State)
	}
	if env := at("2026-11-26T07:00:00Z"); env.State != platform.Ready {
		t.Fatalf("on Thursday morning it is %s", env.State)
	}
	byHand, err := s.HibernateEnvironment(t.Context(), developer, "payments", "dev", "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, byHand.Operation.ID)
	for _, text := range []string{"2026-11-26T19:00:00Z", "2026-11-27T07:00:00Z", "2026-11-30T07:00:00Z"} {
		if env := at(text); env.State != platform.Hibernated {
			t.Errorf("what somebody put to sleep is %s at %s", env.State, text)
		}
	}
	if _, err := s.RemoveCalendar(t.Context(), developer, "payments", "dev"); err != nil {
		t.Fatal(err)
	}
	if env := s.env(t, "dev"); env.Calendar != nil || !env.NextPower.IsZero() || !env.DueAt.Equal(env.Ends().Add(-3*day)) {
		t.Errorf("without a calendar it is due at %s, and ends at %s", env.DueAt, env.Ends())
	}
}

func TestSetCalendar_refusals(t *testing.T) {
	s := newService(t)
	test := files()
	test.Type = "test"
	s.made(t, "test", test)
	if _, err := s.SetCalendar(t.Context(), developer, "payments", "test", nil); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("the calendar of a type that has none: %v", err)
	}
	wrong := nights(t, "Mars/Olympus", "19:00", "07:00", workdays...)
	if _, err := s.SetCalendar(t.Context(), developer, "payments", "test", &wrong); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("a calendar of no zone: %v", err)
	}
	// What has nothing to switch keeps its calendar, which has nothing to say.
	own := nights(t, "UTC", "19:00", "07:00", workdays...)
	if _, err := s.SetCalendar(t.Context(), developer, "payments", "test", &own); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(8 * time.Hour)
	s.tick(t)
	if env := s.env(t, "test"); env.State != platform.Ready || !env.NextPower.After(s.Now()) {
		t.Errorf("it is %s, next at %s", env.State, env.NextPower)
	}
}

// hourly is a price sheet in which everything costs 1 a unit.
type hourly struct{}

func (hourly) Currency() string { return "EUR" }
func (hourly) Dated() time.Time { return noon }
func (hourly) Meter(string, string) (platform.MeterPrice, bool) {
	return platform.MeterPrice{Unit: "1 Hour", Tiers: []platform.PriceTier{{From: new(big.Rat), Unit: big.NewRat(1, 1)}}}, true
}

// What is paid while a resource is off is what its price rule says, and all of it where it says nothing.
func TestEstimateManifest_off(t *testing.T) {
	items := []platform.PriceItem{{Meter: "a/b/compute", Quantity: "730", Off: "0"}, {Meter: "a/b/disk", Quantity: "20"}, {Meter: "a/b/backup", Quantity: "10", Off: "0.25"}}
	m := platform.Manifest{Resources: map[string]platform.Resource{"vm": {Type: "virtual-machine"}}}
	price := platform.EstimateManifest(hourly{}, m, map[string]platform.Resolved{"vm": {Definition: platform.ResourceDefinition{Name: "vm", Price: items, Power: true}}}, "")
	if price.Monthly != 760_0000 || price.Off != 22_5000 {
		t.Errorf("it costs %s, and %s while it is off", price.Monthly, price.Off)
	}
}

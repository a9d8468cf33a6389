package platform_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const day = 24 * time.Hour

// made is an environment that is there, with one storage account.
func (s *servicePlatform) made(t *testing.T, name string, spec platform.EnvironmentSpec) platform.Environment {
	t.Helper()
	done, err := s.PutEnvironment(t.Context(), developer, "payments", name, spec, platform.Preconditions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.succeed(t, done.Operation.ID)
	return s.env(t, name)
}

func (s *servicePlatform) succeed(t *testing.T, operation string) {
	t.Helper()
	if op := s.finish(t, operation, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded); op.Status != platform.Succeeded {
		t.Fatalf("operation %s: %s %+v", operation, op.Status, op.Error)
	}
}

func (s *servicePlatform) env(t *testing.T, name string) platform.Environment {
	t.Helper()
	env, err := s.Store.Environment(t.Context(), "payments", name)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// tick is what the timer does, and what it sends.
func (s *servicePlatform) tick(t *testing.T) {
	t.Helper()
	if err := s.ExpireEnvironments(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(10 * time.Second)
	if err := s.Sweep(t.Context()); err != nil { // sends what is left in outboxes
		t.Fatal(err)
	}
}

// heardOf counts the events of a kind about an environment, each once however often it was sent.
func (s *servicePlatform) heardOf(t *testing.T, kind, name string) []map[string]any {
	t.Helper()
	s.sent.mu.Lock()
	defer s.sent.mu.Unlock()
	seen := map[string]bool{}
	api := readAsyncAPI(t)
	var out []map[string]any
	for _, m := range s.sent.sent {
		if m.Event == nil || m.Event.Type != "io.lazuli."+kind+".v1" || m.Event.Subject != "projects/payments/environments/"+name || seen[m.ID] {
			continue
		}
		seen[m.ID] = true
		var data map[string]any
		if err := json.Unmarshal(m.Event.Data, &data); err != nil {
			t.Fatal(err)
		}
		if err := api.check(api.keyOf(m.Event.Type), "payload", data); err != nil {
			t.Errorf("%s %s: %v", m.Event.Type, m.Event.Data, err)
		}
		out = append(out, data)
	}
	return out
}

// An environment lives as long as its type says: it is warned of twice, then the platform deletes it, as anybody would.
func TestExpiry_life(t *testing.T) {
	s := newService(t)
	env := s.made(t, "dev", files())
	if got := env.Ends(); !got.Equal(noon.Add(30 * day)) {
		t.Fatalf("it ends at %s, want 30 days from %s", got, noon)
	}
	for range 3 { // nothing is due, and looking again changes nothing
		s.tick(t)
	}
	s.advanceBy(27 * day)
	for range 3 {
		s.tick(t)
	}
	warned := s.heardOf(t, "environment.expiring", "dev")
	if len(warned) != 1 || !strings.HasPrefix(fmt.Sprint(warned[0]["left"]), "P2DT23H5") {
		t.Fatalf("after 27 days it was warned of: %v", warned)
	}
	s.advanceBy(2 * day)
	s.tick(t)
	s.tick(t)
	if warned = s.heardOf(t, "environment.expiring", "dev"); len(warned) != 2 {
		t.Fatalf("after 29 days it was warned of %d times", len(warned))
	}
	s.advanceBy(day)
	s.tick(t)
	env = s.env(t, "dev")
	if env.State != platform.Deleting {
		t.Fatalf("after 30 days it is %s", env.State)
	}
	op, err := s.Store.Operation(t.Context(), env.ActiveOperation)
	if err != nil || op.Kind != "deleteEnvironment" || op.RequestedBy != "platform" {
		t.Fatalf("the operation is %+v, %v", op, err)
	}
	s.advanceBy(time.Minute) // nobody but the sweep sends here
	s.tick(t)
	if n := len(s.heardOf(t, "environment.expired", "dev")); n != 1 {
		t.Errorf("told %d times that it expired", n)
	}
	events, _, err := s.ListAuditEvents(t.Context(), owner, platform.AuditFilter{Project: "payments", Action: "deleteEnvironment"}, platform.Page{Size: 5})
	if err != nil || len(events) != 1 || events[0].ActorKind != platform.ActorPlatform || events[0].OnBehalfOf != "" {
		t.Errorf("the audit log says %+v, %v", events, err)
	}
	s.succeed(t, op.ID)
	if env = s.env(t, "dev"); env.State != platform.Deleted || !env.Ends().IsZero() || !env.DueAt.IsZero() {
		t.Errorf("in the end it is %s, due at %s", env.State, env.DueAt)
	}
	s.advanceBy(day)
	s.tick(t)
	if due, _, err := s.Store.DueEnvironments(t.Context(), s.Now().Add(1000*day), platform.Page{}); err != nil || len(due) != 0 {
		t.Errorf("the list of what is due still has %v, %v", due, err)
	}
}

// A deletion that fails is begun again hours later, and not each minute.
func TestExpiry_deletionFails(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", files())
	s.advanceBy(31 * day)
	s.tick(t)
	first := s.env(t, "dev").ActiveOperation
	s.finish(t, first, platform.Report{Status: platform.Succeeded, Remaining: []string{"files"}}, platform.RunSucceeded)
	for range 5 {
		s.tick(t)
	}
	if env := s.env(t, "dev"); env.State != platform.DeleteFailed || env.ActiveOperation != "" {
		t.Fatalf("it is %s with operation %q", env.State, env.ActiveOperation)
	}
	s.advanceBy(6 * time.Hour)
	s.tick(t)
	if again := s.env(t, "dev").ActiveOperation; again == "" || again == first {
		t.Errorf("six hours later the operation is %q", again)
	}
}

func TestExpiry_atCreation(t *testing.T) {
	s := newService(t)
	ends := func(at time.Time, in time.Duration) platform.EnvironmentSpec {
		spec := files()
		spec.Ends = platform.EndWish{At: at, In: in}
		return spec
	}
	for name, c := range map[string]struct {
		spec platform.EnvironmentSpec
		want string
	}{
		"yesterday":  {ends(noon.Add(-day), 0), "/expiresAt must be later"},
		"far ahead":  {ends(noon.Add(91*day), 0), "/expiresAt is too far"},
		"for long":   {ends(time.Time{}, 91*day), "/expiresIn is too far"},
		"both":       {ends(noon.Add(day), day), "/expiresIn does not go"},
		"of the max": {ends(time.Time{}, 90*day), ""},
	} {
		_, err := s.PutEnvironment(t.Context(), developer, "payments", strings.ReplaceAll(name, " ", "-"), c.spec, platform.Preconditions{}, "")
		wantDetail(t, name, err, c.want)
	}
	env := s.made(t, "short", ends(time.Time{}, 2*day))
	if !env.Ends().Equal(noon.Add(2*day)) || len(env.Expiry.Warn) != 1 {
		t.Errorf("it ends at %s and is warned of %v", env.Ends(), env.Expiry.Warn)
	}
	_, err := s.PutEnvironment(t.Context(), developer, "payments", "short", ends(time.Time{}, 3*day), platform.Preconditions{}, "")
	wantDetail(t, "for one that is there", err, "/expiresAt is for a new")
	production := files()
	production.Type = "test"
	if env := s.made(t, "test", production); env.Expiry != nil {
		t.Errorf("an environment of a type that says nothing expires at %s", env.Ends())
	}
}

// wantDetail wants an Invalid with a detail that begins so; empty wants no error.
func wantDetail(t *testing.T, name string, err error, want string) {
	t.Helper()
	var e *platform.Error
	if want == "" {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	e, ok := err.(*platform.Error) //nolint:errorlint // as it comes
	if !ok || e.Code != platform.Invalid || len(e.Details) != 1 || !strings.HasPrefix(e.Details[0].Pointer+" "+e.Details[0].Message, want) {
		t.Errorf("%s: got %v, want %s", name, err, want)
	}
}

func TestExtendEnvironment(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", files()) // ends in 30 days
	extend := func(x platform.Extension) error {
		_, err := s.ExtendEnvironment(t.Context(), developer, "payments", "dev", x)
		return err
	}
	wantDetail(t, "nothing", extend(platform.Extension{}), " needs either")
	wantDetail(t, "both", extend(platform.Extension{Until: noon.Add(40 * day), By: day}), " needs either")
	wantDetail(t, "too far", extend(platform.Extension{By: 61 * day}), "/by is too far ahead")
	wantDetail(t, "earlier", extend(platform.Extension{Until: noon.Add(29 * day)}), "/until is earlier")
	s.advanceBy(28 * day)
	s.tick(t)
	wantDetail(t, "within the limits", extend(platform.Extension{By: 7 * day}), "")
	env := s.env(t, "dev")
	if !env.Ends().Equal(noon.Add(37*day)) || len(env.Expiry.Warn) != 2 {
		t.Fatalf("it ends at %s and will be warned of %v", env.Ends(), env.Expiry.Warn)
	}
	s.advanceBy(7 * day)
	s.tick(t)
	if n := len(s.heardOf(t, "environment.expiring", "dev")); n != 2 {
		t.Errorf("it was warned of %d times, want once for each end", n)
	}
	events, _, err := s.ListAuditEvents(t.Context(), owner, platform.AuditFilter{Project: "payments", Action: "extendEnvironment"}, platform.Page{Size: 5})
	if err != nil || len(events) != 1 || !strings.Contains(string(events[0].Before), "expiresAt") || string(events[0].Before) == string(events[0].After) {
		t.Errorf("the audit log says %+v, %v", events, err)
	}
	if n := len(s.heardOf(t, "environment.extended", "dev")); n != 1 {
		t.Errorf("told %d times that it was extended", n)
	}
}

// What is protected is deleted by nobody: neither by people nor when it has expired, of which it is told once.
func TestProtectEnvironment(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", files())
	for _, reason := range []string{"", "  ", "two\nlines", strings.Repeat("x", 501)} {
		_, err := s.ProtectEnvironment(t.Context(), owner, "payments", "dev", reason)
		wantDetail(t, reason, err, "/reason must be")
	}
	for range 2 { // again it changes nothing
		if _, err := s.ProtectEnvironment(t.Context(), owner, "payments", "dev", "demo for the board"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.DeleteEnvironment(t.Context(), admin, "payments", "dev", platform.Preconditions{}, "")
	if platform.CodeOf(err) != platform.EnvironmentProtected || !platform.IsRefusal(err) || !strings.Contains(err.Error(), "team-owner: demo for the board") {
		t.Fatalf("deleting it is answered %v", err)
	}
	s.advanceBy(31 * day)
	for range 3 {
		s.tick(t)
	}
	if env := s.env(t, "dev"); env.State != platform.Ready || len(s.heardOf(t, "environment.expired", "dev")) != 1 {
		t.Fatalf("expired it is %s, told %v", env.State, s.heardOf(t, "environment.expired", "dev"))
	}
	if _, err := s.UnprotectEnvironment(t.Context(), owner, "payments", "dev"); err != nil {
		t.Fatal(err)
	}
	s.tick(t)
	if env := s.env(t, "dev"); env.State != platform.Ready {
		t.Fatalf("right after its protection it is %s: nobody had time to extend it", env.State)
	}
	s.advanceBy(day)
	s.tick(t)
	if env := s.env(t, "dev"); env.State != platform.Deleting {
		t.Errorf("a day after its protection it is %s", env.State)
	}
	events, _, err := s.ListAuditEvents(t.Context(), owner, platform.AuditFilter{Project: "payments"}, platform.Page{Size: 100})
	count := map[string]int{}
	for _, e := range events {
		count[e.Action]++
	}
	if err != nil || count["protectEnvironment"] != 1 || count["unprotectEnvironment"] != 1 {
		t.Errorf("the audit log has %v, %v", count, err)
	}
}

// What is busy when it expires is deleted when it is not.
func TestExpiry_busy(t *testing.T) {
	s := newService(t)
	s.made(t, "dev", files())
	s.advanceBy(30*day - time.Minute)
	done, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModeDeploy}, "")
	if err != nil {
		t.Fatal(err)
	}
	s.advanceBy(2 * time.Minute)
	for range 2 {
		s.tick(t)
	}
	if env := s.env(t, "dev"); env.ActiveOperation != done.Operation.ID {
		t.Fatalf("its operation is %s, want the deployment", env.ActiveOperation)
	}
	s.succeed(t, done.Operation.ID)
	s.tick(t)
	if env := s.env(t, "dev"); env.State != platform.Deleting {
		t.Errorf("then it is %s", env.State)
	}
}

// Whatever write of a look fails, before or after it took effect, the next looks bring the same about, and nothing twice.
func TestExpireEnvironments_cutAtEveryWrite(t *testing.T) {
	for nth := 1; nth <= 9; nth++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, after=%v", nth, after), func(t *testing.T) {
				writes, cutAt := 0, 0
				s := newService(t, func(store platform.Store) platform.Store {
					return dueCutting{cutting{Store: store, writes: &writes, after: after}, &cutAt}
				})
				s.made(t, "dev", files())
				s.advanceBy(28 * day)
				writes, cutAt = 0, nth
				for range 3 {
					_ = s.ExpireEnvironments(t.Context()) // a failure is what is tried
					s.advanceBy(time.Minute)
					_ = s.Sweep(t.Context())
				}
				if n := len(s.heardOf(t, "environment.expiring", "dev")); n != 1 {
					t.Errorf("it was warned of %d times", n)
				}
				s.advanceBy(3 * day)
				for range 3 {
					_ = s.ExpireEnvironments(t.Context())
					s.advanceBy(time.Minute)
					_ = s.Sweep(t.Context())
				}
				env := s.env(t, "dev")
				all, _, err := s.Store.Operations(t.Context(), "payments", platform.OperationFilter{Environment: "dev"}, platform.Page{Size: 10})
				if err != nil || env.State != platform.Deleting || len(all) != 2 {
					t.Errorf("it is %s after %d operations, %v", env.State, len(all), err)
				}
			})
		}
	}
}

// dueCutting also fails at the writes of the list of what is due.
type dueCutting struct {
	cutting
	at *int
}

func (c dueCutting) now() cutting {
	one := c.cutting
	one.nth = *c.at
	return one
}

func (c dueCutting) PutBody(ctx context.Context, project, id string, content []byte) (platform.BodyRef, error) {
	return c.now().PutBody(ctx, project, id, content)
}

func (c dueCutting) OpenOperation(ctx context.Context, id, project string, at time.Time) error {
	return c.now().OpenOperation(ctx, id, project, at)
}

func (c dueCutting) Commit(ctx context.Context, tx platform.Transaction) error {
	return c.now().Commit(ctx, tx)
}

func (c dueCutting) PutDue(ctx context.Context, d platform.DueEnvironment) error {
	return c.now().write(func() error { return c.Store.PutDue(ctx, d) })
}

func (c dueCutting) RemoveDue(ctx context.Context, d platform.DueEnvironment) error {
	return c.now().write(func() error { return c.Store.RemoveDue(ctx, d) })
}

package storetest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Run runs the suite. open is called once for each case and may return the same store every time; it closes what it
// opens with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) platform.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, platform.Store)
	}{
		{"Project_storedAndRead", projectStoredAndRead},
		{"Project_listedByName", projectListedByName},
		{"Read_missing", readMissing},
		{"Read_awkwardNames", readAwkwardNames},
		{"Commit_everyFieldSurvives", everyFieldSurvives},
		{"Commit_emptyFieldsSurvive", emptyFieldsSurvive},
		{"Commit_largeValuesSurvive", largeValuesSurvive},
		{"Commit_newOnlyOnce", newOnlyOnce},
		{"Commit_staleVersionConflicts", staleVersionConflicts},
		{"Commit_allOrNothing", allOrNothing},
		{"Commit_oneOfManyCreates", oneOfManyCreates},
		{"Commit_noUpdateIsLost", noUpdateIsLost},
		{"Commit_otherProjectRefused", otherProjectRefused},
		{"Environments_listedByName", environmentsListedByName},
		{"Deployments_newestFirst", deploymentsNewestFirst},
		{"Values_versionAndHead", valuesVersionAndHead},
		{"Values_staleHeadConflicts", valuesStaleHeadConflicts},
		{"Values_newestFirst", valuesNewestFirst},
		{"Operations_newestFirst", operationsNewestFirst},
		{"Operations_filtered", operationsFiltered},
		{"Operation_openedBeforeStored", operationOpenedBeforeStored},
		{"OpenOperations_oldestFirst", openOperationsOldestFirst},
		{"Due_listedByTime", dueListedByTime},
		{"Due_removedUnlessWrittenAgain", dueRemovedUnlessWrittenAgain},
		{"Outbox_inOrderUntilSent", outboxInOrderUntilSent},
		{"Commit_takesAlongWhatWasSent", takesAlongWhatWasSent},
		{"Commit_bringsBodies", bringsBodies},
		{"Body_storedAndRead", bodyStoredAndRead},
		{"Body_missing", bodyMissing},
		{"Page_madeUpPosition", madeUpPosition},
		{"Catalog_headStoredAndRead", catalogHeadStoredAndRead},
		{"Directory_headStoredAndRead", directoryHeadStoredAndRead},
		{"Usage_storedAndRead", usageStoredAndRead},
		{"EnvironmentNames_byType", environmentNamesByType},
		{"Commit_severalInOne", severalInOneCommit},
		{"Audit_merged", auditMerged},
		{"Audit_filtered", auditFiltered},
		{"Audit_between", auditBetween},
		{"Audit_everywhere", auditEverywhere},
		{"Audit_rare", auditRare},
		{"Audit_ofNothing", auditOfNothing},
		{"Audit_forgotten", auditForgotten},
		{"Subscription_storedAndRead", subscriptionStoredAndRead},
		{"Delivery_life", deliveryLife},
		{"Context_canceled", contextCanceled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// start is the time that everything in the suite counts from; with a fraction that a store must keep.
var start = time.Date(2026, 11, 22, 14, 4, 49, 123_456_700, time.UTC)

var (
	entropy   = ulid.Monotonic(rand.Reader, 0)
	entropyMu sync.Mutex
)

// newID makes a ULID for a moment; ids rise in the order in which they are made for rising moments.
func newID(at time.Time) string {
	entropyMu.Lock()
	defer entropyMu.Unlock()
	return ulid.MustNew(ulid.Timestamp(at), entropy).String()
}

// newName makes a name that no other case and no earlier run has.
func newName(prefix string) string { return prefix + "-" + strings.ToLower(newID(time.Now())) }

func aProject(name string) platform.Project {
	return platform.Project{
		Name: name, Title: `O'Brien & "Sons" ${1+1} 🦊`, Team: "payments",
		Access: "01SET0000000000000000000001", Quota: &platform.Quota{Environments: 5, Resources: map[string]int{"postgres": 2}}, EnvironmentTypes: []string{"dev", "test"},
		Pins:     []platform.Pin{{Kind: platform.KindTemplate, Name: "web", Version: "1.2-rc.1"}},
		Budget:   &platform.Budget{Monthly: 5_000_000, Over: platform.OverApprove},
		Revision: 1, CreatedAt: start, UpdatedAt: start.Add(time.Second),
	}
}

func anEnvironment(project, name string) platform.Environment {
	return platform.Environment{
		Project: project, Name: name, Type: "dev", State: platform.Ready, Resting: platform.Creating,
		Template: "empty", Parameters: json.RawMessage(`{"b": 1, "a": [1.50, "x"]}`), Deployment: newID(start), ActiveOperation: newID(start),
		Failure:  &platform.Failure{Operation: newID(start), Code: "RunFailed", Message: "line one\nline 'two'", At: start, Remaining: []string{"db"}},
		Unproven: true,
		Drift: &platform.Drift{Check: platform.DriftCheck{Operation: newID(start), At: start, Unknown: "it was away"}, Told: "digest",
			Known: &platform.DriftKnown{Operation: newID(start), At: start, Deployment: newID(start), Open: 2, Found: platform.BodyRef{ID: "drift-dev-1", Digest: "d", Size: 3}},
			Notes: []platform.DriftNote{{ID: "n", Address: "module.db.x", Path: "tags.owner", Until: start, Reason: "line one\nline 'two'", By: "developer", At: start}}},
		Outputs: json.RawMessage(`{"site":{"url":"http://x"}}`), Monthly: 124_100, Planned: 1,
		Resources: map[string]int{"postgres": 1}, PlannedResources: map[string]int{"postgres": 2, "redis": 1},
		MonthlyOff: 100, Sleep: platform.Sleep{Since: start, ByCalendar: true, For: 90 * time.Minute, Saved: 77},
		Expiry:     &platform.Expiry{At: start.Add(time.Hour), Warn: []time.Duration{72 * time.Hour, time.Minute}, Told: true, Next: start.Add(2 * time.Hour)},
		Protection: &platform.Protection{Reason: `the "demo" of June`, By: "owner", At: start},
		Calendar: &platform.Calendar{TimeZone: "Europe/Berlin", Off: []platform.OffTime{{Days: []time.Weekday{time.Sunday, time.Monday}, From: 19 * 60, To: 7 * 60},
			{Days: []time.Weekday{time.Saturday}, From: 0, To: 24 * 60}}},
		NextPower: start.Add(3 * time.Hour), DueAt: start.Add(4 * time.Hour),
		Revision: 1 << 60, CreatedAt: start, CreatedBy: "developer", UpdatedAt: start, SettledAt: start.Add(time.Minute),
	}
}

func aDeployment(project, environment, id string) platform.Deployment {
	return platform.Deployment{
		ID: id, Project: project, Environment: environment, Operation: newID(start), Mode: platform.ModePlan, Power: platform.PowerOff,
		Template: "web", TemplateVersion: "3", Parameters: json.RawMessage(`{}`),
		Manifest: platform.Manifest{Resources: map[string]platform.Resource{
			"db": {Type: "postgres", Class: "small", Inputs: map[string]any{"storageGb": json.Number("32"), "deep": map[string]any{"a": []any{true, nil, "${x}"}}}},
		}},
		Asked:       &platform.Manifest{Workloads: map[string]map[string]any{"shop": {"apiVersion": "score.dev/v1b1", "metadata": map[string]any{"name": "shop"}}}},
		Definitions: []platform.PinnedDefinition{{Alias: "db", Type: "postgres", Definition: "postgres-local", Version: "1", Secrets: []string{"url"}}},
		From:        &platform.Source{Environment: "dev", Deployment: "01FROM00000000000000000001", ValuesGoAlong: true},
		Values:      &platform.PinnedValues{Project: 3, Environment: 1, Digest: "ef"},
		Bundle:      platform.BodyRef{ID: "bundle", Digest: strings.Repeat("ab", 32), Size: 7},
		Plan: &platform.Plan{Digest: "cd", Counts: platform.Counts{Add: 1, Change: 2, Remove: 3}, Changes: []platform.Change{{Address: "module.db", Action: "add", MoreProperties: 3,
			Properties: []platform.PropertyChange{{Path: "size", Before: text("32"), After: text(""), Replaces: true}, {Path: "id", Sensitive: true, Unknown: true}}}}},
		Price: &platform.Price{Currency: "USD", Monthly: 124_100, Off: 41, Unknown: []platform.UnknownPrice{{Alias: "db", Meter: "a/b/c", Reason: "It depends on use."}},
			Items: []platform.PricedItem{{Alias: "db", Meter: "a/b/d", Quantity: "730 × 1 Hour", Monthly: 124_100}}},
		Before: &platform.Price{Currency: "USD", Monthly: 1},
		Need:   &platform.ApprovalNeed{Approvals: platform.Approvals{Count: 2, Role: platform.Approver, NotTheRequester: true, Days: 3}, Reasons: []string{"It is dear."}},
		Decisions: []platform.ApprovalDecision{{By: "owner", At: start, Approved: true, Comment: "good", Plan: "cd",
			As: []platform.Principal{{Kind: platform.UserPrincipal, ID: "owner"}, {Kind: platform.GroupPrincipal, ID: "owners"}}, Roles: []platform.Role{platform.PlatformAdmin}, Lapsed: "no more"}, {By: "other", At: start.Add(time.Minute), Plan: "cd"}},
		Outputs: json.RawMessage(`{"db":1}`), CreatedAt: start, CreatedBy: "developer",
		Adopts: []platform.AdoptedDrift{{Address: "module.db", Property: "size", Alias: "db", Input: "storageGb"}},
		Askers: []platform.Asker{{ID: "first", Name: "The First"}, {ID: "developer", App: true}},
	}
}

func anOperation(project, environment, id string, at time.Time) platform.Operation {
	failure := &platform.OperationError{Code: "TerraformFailed", Message: "It failed.", Target: "apply", Action: "Try again.", Lines: []string{"\x1b[31mError", ""},
		Rule: "DiskFull", Cause: "The disk is full.", WhoFixes: platform.ByPlatformTeam, Retry: platform.RetryAfterChange}
	return platform.Operation{
		ID: id, Kind: "putEnvironment", Project: project, Environment: environment, Deployment: newID(at), Mode: platform.ModeDeploy,
		Status: platform.Running, Stage: platform.Applying,
		Steps: []platform.Step{{ID: "8.ab", Kind: platform.KindJob, Name: "deploy", Status: "Running", Percent: 40, Attempt: 2, URL: "http://x/8&view=logs&j=ab"},
			{ID: "8.cd", Parent: "8.ab", Kind: platform.KindTask, Name: "plan", Status: "Succeeded", StartedAt: at, FinishedAt: at.Add(time.Second), Detail: "2 to add", URL: "http://x/6&view=logs"},
			{Name: "apply", Status: platform.StepSkipped, URL: "http://x/8"}},
		Percent: 57,
		Error:   failure, Message: "waits for an agent", RequestedBy: "developer", Fingerprint: strings.Repeat("ef", 32),
		Attempt: 2, Recorded: platform.RunRef{ID: "7", URL: "http://x/7"}, Claimed: platform.RunRef{ID: "8", URL: "http://x/8"},
		CancelRequested: true, Events: 4, Gate: platform.GateOpen, Plan: strings.Repeat("ab", 32), PlanRun: platform.RunRef{ID: "6", URL: "http://x/6"},
		PlanSteps: 1, Passed: []string{"6", "5"}, ApprovalWait: 36 * time.Hour,
		Reported:  &platform.Report{Status: platform.Failed, Outputs: json.RawMessage(`{"a":1}`), Remaining: []string{"vm"}, Error: failure},
		CreatedAt: at, UpdatedAt: at.Add(time.Minute), NextLook: at.Add(time.Hour), Deadline: at.Add(2 * time.Hour), Revision: 9,
	}
}

func anEvent(op platform.Operation, sequence int) platform.Message {
	return platform.Message{
		ID: op.ID + ".00000" + string(rune('0'+sequence)), Project: op.Project, Operation: op.ID, Destination: platform.EventsTopic,
		Event: &platform.Event{Type: "io.lazuli.environment.ready.v1", Subject: "projects/x", Time: start, Sequence: int64(sequence), Data: json.RawMessage(`{"a":"'"}`)},
	}
}

func anAudit(project string) platform.AuditEvent {
	return platform.AuditEvent{ID: newID(start), At: start, Project: project, Actor: "developer", Action: "putProject", Target: "/projects/" + project, Outcome: "accepted"}
}

// mustCommit stores rows and, for an operation, opens it first as the platform does.
func mustCommit(t *testing.T, s platform.Store, tx platform.Transaction) {
	t.Helper()
	if op := tx.Operation; op != nil && op.Stored.Version == "" {
		if err := s.OpenOperation(t.Context(), op.ID, op.Project, op.CreatedAt); err != nil {
			t.Fatalf("open operation: %v", err)
		}
	}
	if err := s.Commit(t.Context(), tx); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

// must fails the test if a read failed.
func must[T any](t *testing.T, read func(context.Context) (T, error)) T {
	t.Helper()
	got, err := read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantCode(t *testing.T, err error, code platform.Code) {
	t.Helper()
	if err == nil || platform.CodeOf(err) != code {
		t.Errorf("got error %v, want one with code %s", err, code)
	}
}

// same compares values without what only the store knows of them.
func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	ignoreVersion := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == storedType }, cmp.Ignore())
	if diff := cmp.Diff(want, got, ignoreVersion); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func text(s string) *string { return &s }

package platform_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// queued is an operation as acceptance leaves it.
func queued(change ...func(*platform.Operation)) platform.Operation {
	op := platform.Operation{ID: "01K9S3W0M2Q4N6P8R0T2V4X6Z8", Mode: platform.ModeDeploy, Status: platform.NotStarted, Stage: platform.Queued,
		CreatedAt: noon, UpdatedAt: noon, NextLook: noon, Deadline: noon.Add(time.Hour), Revision: 1}
	for _, c := range change {
		c(&op)
	}
	return op
}

func attempted(op *platform.Operation) { op.Attempt, op.NextLook = 1, noon.Add(10*time.Second) }
func recorded(op *platform.Operation) {
	attempted(op)
	op.Recorded = platform.RunRef{ID: "7", URL: "http://devops/7"}
}
func claimed(op *platform.Operation) {
	recorded(op)
	op.Claimed, op.Status, op.Stage, op.Deadline = op.Recorded, platform.Running, platform.Planning, noon.Add(2*time.Hour)
}
func applying(op *platform.Operation) { claimed(op); op.Stage = platform.Applying }
func looking(op *platform.Operation) {
	claimed(op)
	op.Mode = platform.ModeDrift
}

func destroying(op *platform.Operation) {
	claimed(op)
	op.Mode, op.Stage = platform.ModeDestroy, platform.Destroying
}
func cancelRequested(op *platform.Operation) { op.CancelRequested, op.Stage = true, platform.Canceling }

func gated(op *platform.Operation)     { op.Gate, op.ApprovalWait = platform.GateClosed, 24*time.Hour }
func planKnown(op *platform.Operation) { op.Plan = "ab" }
func awaiting(op *platform.Operation) {
	claimed(op)
	gated(op)
	planKnown(op)
	*op = platform.Decide(*op, run(platform.RunSucceeded), noon).Operation
}
func granted(op *platform.Operation) { *op = platform.Decide(*op, platform.Approved{}, noon).Operation }
func tooLate(op *platform.Operation) { op.Recorded = platform.RunRef{ID: "8"} }
func applied(op *platform.Operation) {
	*op = platform.Decide(*op, platform.Claimed{Run: platform.RunRef{ID: "9"}}, noon).Operation
}

func run(state platform.RunState) platform.Observed {
	return platform.Observed{Run: platform.RunObservation{Run: platform.RunRef{ID: "7"}, State: state}}
}

func reported(r platform.Report) func(*platform.Operation) {
	return func(op *platform.Operation) { op.Reported = &r }
}

// TestDecide_life is the specification of an operation's life, one transition a row.
func TestDecide_life(t *testing.T) {
	whole := platform.Report{Status: platform.Succeeded}
	tests := map[string]struct {
		op     platform.Operation
		seen   platform.Observation
		after  time.Duration
		status platform.Status
		stage  platform.Stage
		action platform.Action
		code   string // of the error
	}{
		"a message starts a run":                          {op: queued(), seen: platform.Delivered{}, status: platform.NotStarted, stage: platform.Queued, action: platform.ActionStart},
		"a second delivery looks before it asks again":    {op: queued(attempted), seen: platform.Delivered{}, status: platform.NotStarted, stage: platform.Queued, action: platform.ActionFind},
		"a run that was found is recorded and read":       {op: queued(attempted), seen: platform.LookedUp{Run: &platform.RunRef{ID: "7"}}, status: platform.NotStarted, stage: platform.Queued, action: platform.ActionRead},
		"a run that may still show up is waited for":      {op: queued(attempted), seen: platform.LookedUp{}, status: platform.NotStarted, stage: platform.Queued},
		"no run after the hold: ask again":                {op: queued(attempted), seen: platform.LookedUp{}, after: 11 * time.Second, status: platform.NotStarted, stage: platform.Queued, action: platform.ActionStart},
		"no run for an hour is a failure":                 {op: queued(attempted), seen: platform.LookedUp{}, after: 2 * time.Hour, status: platform.Failed, stage: platform.Done, code: "PipelineUnavailable"},
		"a refusal is a failure":                          {op: queued(attempted), seen: platform.StartRefused{Reason: "no"}, status: platform.Failed, stage: platform.Done, code: "PipelineRefused"},
		"a refusal of one attempt does not end another":   {op: queued(claimed), seen: platform.StartRefused{Reason: "no"}, status: platform.Running, stage: platform.Planning},
		"no answer is not a failure":                      {op: queued(attempted), seen: platform.Unreachable{Reason: "down"}, status: platform.NotStarted, stage: platform.Queued},
		"no answer for an hour is one":                    {op: queued(attempted), seen: platform.Unreachable{Reason: "down"}, after: 2 * time.Hour, status: platform.Failed, stage: platform.Done, code: "PipelineUnavailable"},
		"the first run that asks has it":                  {op: queued(), seen: platform.Claimed{Run: platform.RunRef{ID: "9"}}, status: platform.Running, stage: platform.Planning},
		"a recorded run is looked at":                     {op: queued(recorded), seen: platform.Delivered{}, status: platform.NotStarted, stage: platform.Queued, action: platform.ActionRead},
		"a plan leads to apply":                           {op: queued(claimed), seen: platform.Planned{}, status: platform.Running, stage: platform.Applying},
		"a run that is gone is another's by now":          {op: queued(applying), seen: platform.Gone{Run: "5"}, status: platform.Running, stage: platform.Applying},
		"a plan that has to be approved leads nowhere":    {op: queued(claimed, gated), seen: platform.Planned{}, status: platform.Running, stage: platform.Planning},
		"it waits when its run has ended":                 {op: queued(claimed, gated, planKnown), seen: run(platform.RunSucceeded), status: platform.Running, stage: platform.AwaitingApproval},
		"a run without its plan is a failure":             {op: queued(claimed, gated), seen: run(platform.RunSucceeded), status: platform.Failed, stage: platform.Done, code: "PlanMissing"},
		"a failed plan waits for nobody":                  {op: queued(claimed, gated, planKnown), seen: run(platform.RunFailed), status: platform.Failed, stage: platform.Done, code: "RunFailed"},
		"a planned cancel is a cancel":                    {op: queued(claimed, gated, planKnown, cancelRequested), seen: run(platform.RunSucceeded), status: platform.Canceled, stage: platform.Done},
		"waiting, a message changes nothing":              {op: queued(awaiting), seen: platform.Delivered{}, status: platform.Running, stage: platform.AwaitingApproval},
		"waiting, a dead letter changes nothing":          {op: queued(awaiting), seen: platform.DeadLettered{}, status: platform.Running, stage: platform.AwaitingApproval},
		"waiting, no run may have it":                     {op: queued(awaiting), seen: platform.Claimed{Run: platform.RunRef{ID: "9"}}, status: platform.Running, stage: platform.AwaitingApproval},
		"waiting, what the run before says is late":       {op: queued(awaiting), seen: run(platform.RunFailed), status: platform.Running, stage: platform.AwaitingApproval},
		"nobody approved in time":                         {op: queued(awaiting), seen: platform.Delivered{}, after: 25 * time.Hour, status: platform.Failed, stage: platform.Done, code: "ApprovalExpired"},
		"somebody rejected":                               {op: queued(awaiting), seen: platform.Rejected{Comment: "no"}, status: platform.Canceled, stage: platform.Done, code: "ApprovalRejected"},
		"something moved while it waited":                 {op: queued(awaiting), seen: platform.Outdated{Reason: "x"}, status: platform.Failed, stage: platform.Done, code: "PlanStale"},
		"approved, it is as if never asked for":           {op: queued(awaiting), seen: platform.Approved{}, status: platform.Running, stage: platform.Queued},
		"approved, a message starts a run":                {op: queued(awaiting, granted), seen: platform.Delivered{}, status: platform.Running, stage: platform.Queued, action: platform.ActionStart},
		"approved, the run that planned is not found":     {op: queued(awaiting, granted, attempted), seen: platform.LookedUp{Run: &platform.RunRef{ID: "7"}}, after: time.Minute, status: platform.Running, stage: platform.Queued, action: platform.ActionStart},
		"approved, the run that planned has it no more":   {op: queued(awaiting, granted), seen: platform.Claimed{Run: platform.RunRef{ID: "7"}}, status: platform.Running, stage: platform.Queued},
		"approved, the first run that asks applies":       {op: queued(awaiting, granted), seen: platform.Claimed{Run: platform.RunRef{ID: "9"}}, status: platform.Running, stage: platform.Applying},
		"approved, a run that came too late is no loss":   {op: queued(awaiting, granted, attempted, tooLate), seen: platform.Observed{Run: platform.RunObservation{Run: platform.RunRef{ID: "8"}, State: platform.RunSucceeded}}, status: platform.Running, stage: platform.Queued},
		"approved, who cancels the run wants no other":    {op: queued(awaiting, granted, attempted, tooLate), seen: platform.Observed{Run: platform.RunObservation{Run: platform.RunRef{ID: "8"}, State: platform.RunCanceled}}, status: platform.Canceled, stage: platform.Done, code: "RunCanceled"},
		"approved, something moved before a run had it":   {op: queued(awaiting, granted), seen: platform.Outdated{Reason: "x"}, status: platform.Failed, stage: platform.Done, code: "PlanStale"},
		"applied, what moves then is for the next time":   {op: queued(awaiting, granted, applied), seen: platform.Outdated{Reason: "x"}, status: platform.Running, stage: platform.Applying},
		"a run that goes on is looked at again":           {op: queued(applying), seen: run(platform.RunRunning), status: platform.Running, stage: platform.Applying},
		"a run that succeeded and reported is a success":  {op: queued(applying, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Succeeded, stage: platform.Done},
		"a run that succeeded in silence is asked":        {op: queued(applying), seen: run(platform.RunSucceeded), status: platform.Running, stage: platform.Applying, action: platform.ActionReport},
		"an unknown is never called a success":            {op: queued(applying), seen: platform.ReportFetched{Run: "7"}, status: platform.Failed, stage: platform.Done, code: "ResultMissing"},
		"a published result is as good as a call-back":    {op: queued(applying), seen: platform.ReportFetched{Run: "7", Report: &whole}, status: platform.Succeeded, stage: platform.Done},
		"a report alone ends nothing":                     {op: queued(applying), seen: platform.Reported{Run: "7", Report: whole}, status: platform.Running, stage: platform.Applying},
		"a failed run is a failure whatever it reported":  {op: queued(applying, reported(whole)), seen: run(platform.RunFailed), status: platform.Failed, stage: platform.Done, code: "RunFailed"},
		"deletion without anything left is a success":     {op: queued(destroying, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Succeeded, stage: platform.Done},
		"a look that never said what it saw is a failure": {op: queued(looking, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Failed, stage: platform.Done, code: "ResultMissing"},
		"a look that said what it saw is a success":       {op: queued(looking, planKnown, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Succeeded, stage: platform.Done},
		"deletion that left something is a failure":       {op: queued(destroying, reported(platform.Report{Status: platform.Succeeded, Remaining: []string{"db"}})), seen: run(platform.RunSucceeded), status: platform.Failed, stage: platform.Done, code: "ResourcesRemain"},
		"a run that ended unclaimed changed nothing":      {op: queued(recorded), seen: run(platform.RunFailed), status: platform.Failed, stage: platform.Done, code: "RunNeverClaimed"},
		"a claimed run that is gone is a failure":         {op: queued(claimed), seen: platform.Gone{Run: "7"}, status: platform.Failed, stage: platform.Done, code: "RunLost"},
		"an unclaimed run that is gone is asked for anew": {op: queued(recorded), seen: platform.Gone{Run: "7"}, status: platform.NotStarted, stage: platform.Queued},
		"a silent run is asked to stop":                   {op: queued(applying), seen: run(platform.RunRunning), after: 3 * time.Hour, status: platform.Running, stage: platform.Canceling, action: platform.ActionCancel, code: "RunTimedOut"},
		"a run that was canceled there is canceled here":  {op: queued(applying), seen: run(platform.RunCanceled), status: platform.Canceled, stage: platform.Done, code: "RunCanceled"},
		"cancel before a run ends at once":                {op: queued(), seen: platform.CancelAsked{}, status: platform.Canceled, stage: platform.Done},
		"cancel of a recorded run stops it too":           {op: queued(recorded), seen: platform.CancelAsked{}, status: platform.Canceled, stage: platform.Done, action: platform.ActionCancel},
		"cancel of a claimed run asks it to stop":         {op: queued(applying), seen: platform.CancelAsked{}, status: platform.Running, stage: platform.Canceling, action: platform.ActionCancel},
		"a run that stopped when asked is canceled":       {op: queued(applying, cancelRequested), seen: run(platform.RunCanceled), status: platform.Canceled, stage: platform.Done},
		"a run that was too fast to stop succeeded":       {op: queued(applying, planKnown, cancelRequested, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Succeeded, stage: platform.Done},
		"a run that was told to stop is no success":       {op: queued(claimed, cancelRequested, reported(whole)), seen: run(platform.RunSucceeded), status: platform.Canceled, stage: platform.Done},
		"a run that is not stopped yet is asked again":    {op: queued(applying, cancelRequested), seen: run(platform.RunRunning), status: platform.Running, stage: platform.Canceling, action: platform.ActionCancel},
		"what may still run keeps its environment":        {op: queued(applying, cancelRequested), seen: run(platform.RunRunning), after: time.Hour, status: platform.Running, stage: platform.Canceling, action: platform.ActionCancel},
		"no answer for long does not end what may run":    {op: queued(applying, cancelRequested), seen: platform.Unreachable{Reason: "down"}, after: time.Hour, status: platform.Running, stage: platform.Canceling},
		"a dead letter without a run is a failure":        {op: queued(), seen: platform.DeadLettered{}, status: platform.Failed, stage: platform.Done, code: "PoisonMessage"},
		"a dead letter does not end a run":                {op: queued(applying), seen: platform.DeadLettered{}, status: platform.Running, stage: platform.Applying},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := platform.Decide(test.op, test.seen, noon.Add(test.after))
			code := ""
			if got.Operation.Error != nil {
				code = got.Operation.Error.Code
			}
			type outcome struct {
				Status platform.Status
				Stage  platform.Stage
				Action platform.Action
				Code   string
			}
			want := outcome{test.status, test.stage, test.action, test.code}
			if diff := cmp.Diff(want, outcome{got.Operation.Status, got.Operation.Stage, got.Action, code}); diff != "" {
				t.Errorf("decision (-want +got):\n%s", diff)
			}
			_, outboxed := test.seen.(platform.Approved) // its message is committed with it
			waiting := outboxed || cmp.Equal(test.op, got.Operation) || got.Action != platform.ActionNone || !got.RetryAt.IsZero() || !got.LookAt.IsZero()
			if !got.Operation.Status.Final() && !waiting {
				t.Error("the operation goes on, and nobody would look at it again before the sweep")
			}
		})
	}
}

// A final status is final for ever, whatever comes.
func TestDecide_finalIsFinal(t *testing.T) {
	everything := []platform.Observation{platform.Delivered{}, platform.LookedUp{}, platform.Started{Run: platform.RunRef{ID: "8"}}, platform.StartRefused{},
		platform.Unreachable{}, platform.Claimed{Run: platform.RunRef{ID: "8"}}, run(platform.RunFailed), run(platform.RunSucceeded), platform.Gone{Run: "7"}, platform.ReportFetched{Run: "7"},
		platform.Planned{}, platform.Stopped{}, platform.Reported{Run: "7"}, platform.Approved{}, platform.Rejected{}, platform.Outdated{}, platform.CancelAsked{}, platform.DeadLettered{}}
	for _, status := range []platform.Status{platform.Succeeded, platform.Failed, platform.Canceled} {
		op := queued(claimed, func(op *platform.Operation) { op.Status, op.Stage = status, platform.Done })
		for _, seen := range everything {
			got := platform.Decide(op, seen, noon.Add(48*time.Hour))
			if diff := cmp.Diff(platform.Decision{Operation: op}, got); diff != "" {
				t.Errorf("%s then %T (-want +got):\n%s", status, seen, diff)
			}
		}
	}
}

// The claim, not what the dispatcher recorded, decides which run belongs to the operation.
func TestDecide_claimDecides(t *testing.T) {
	op := queued(recorded)
	op = platform.Decide(op, platform.Claimed{Run: platform.RunRef{ID: "9"}}, noon).Operation
	if op.Run().ID != "9" {
		t.Fatalf("run 9 asked first, but %q has the operation", op.Run().ID)
	}
	op = platform.Decide(op, platform.Claimed{Run: platform.RunRef{ID: "7"}}, noon).Operation
	op = platform.Decide(op, platform.Started{Run: platform.RunRef{ID: "7"}}, noon).Operation
	op = platform.Decide(op, run(platform.RunFailed), noon).Operation // run 7, which has nothing to do with it
	if op.Run().ID != "9" || op.Status != platform.Running {
		t.Errorf("operation is %s with run %q, want Running with run 9", op.Status, op.Run().ID)
	}
}

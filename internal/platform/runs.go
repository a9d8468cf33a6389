package platform

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// RunDecision is what a run is told when it asks for an operation.
type RunDecision struct {
	Proceed  bool
	Reason   string
	Mode     Mode // what to do; ModeApply for the run after an approval
	Attempt  int
	Deadline time.Time
	Secret   string // for the later calls of this run; empty unless Proceed
	// PlanKey seals the plan between the run that makes it and the one that applies it; empty where no approval is needed.
	PlanKey string
	// PlanRun and Plan are the run that kept the plan to apply, and its digest; with ModeApply.
	PlanRun, Plan string
}

// StartRun is the claim: the first run that asks has the operation, and gets the same answer however often it asks. Any other
// run is told to stop before it touches anything. The claim is stored by compare-and-swap before it is told.
func (s *Service) StartRun(ctx context.Context, c Caller, id, run string) (RunDecision, error) {
	if err := c.authorizeRun(); err != nil {
		return RunDecision{}, err
	}
	if !ValidRun(run) {
		return RunDecision{}, Errorf(Invalid, "A run is named by its number.").With(Detail{"/run", "must be 1 to 18 digits"})
	}
	if !ValidOperationID(id) {
		return RunDecision{}, noOperation(id)
	}
	for range maxDecisions {
		op, err := s.Store.Operation(ctx, id)
		if err != nil {
			return RunDecision{}, err
		}
		if stale, err := s.endOutdated(ctx, op); err != nil || stale {
			return RunDecision{Reason: "The plan that was approved is out of date."}, err
		}
		d := Decide(op, Claimed{Run: RunRef{ID: run}}, s.Now())
		if d.Operation.Claimed.ID != run || op.Status.Final() {
			return RunDecision{Reason: supersededBy(d.Operation)}, nil
		}
		if op.Claimed.ID == run {
			return s.proceed(op), nil
		}
		audit := s.audit(c, "startRun", op.Project, targetOf(op.Project, op.Environment), id, "run "+run)
		audit.Run = run // the log says which run carried the change out
		stored, err := s.commitDecision(ctx, op, d, audit)
		if isCode(err, Conflict) {
			continue
		}
		if err != nil {
			return RunDecision{}, fmt.Errorf("claim operation %s for run %s: %w", id, run, err)
		}
		s.wake(ctx, stored, d)
		return s.proceed(stored), nil
	}
	return RunDecision{}, Errorf(Conflict, "Operation %s changes too fast to be claimed.", id).Do("Ask again.")
}

func (s *Service) proceed(op Operation) RunDecision {
	d := RunDecision{Proceed: true, Reason: "This run carries out the operation.", Mode: op.Mode, Attempt: op.Attempt,
		Deadline: op.Deadline, Secret: runSecret(s.SigningKey, op.ID, op.Claimed.ID)}
	if op.Gate != NoGate {
		d.PlanKey = planKey(s.SigningKey, op.ID)
	}
	if op.Gate == GateOpen {
		d.Mode, d.PlanRun, d.Plan, d.Reason = ModeApply, op.PlanRun.ID, op.Plan, "This run applies the plan that was approved."
	}
	return d
}

// endOutdated ends an approved operation whose plan nobody has begun to apply, when something has moved since it was made.
func (s *Service) endOutdated(ctx context.Context, op Operation) (bool, error) {
	if op.Gate != GateOpen || op.Claimed.ID != "" || op.Status.Final() {
		return false, nil
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return false, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	reason, err := s.movedSince(ctx, op, dep)
	if err != nil || reason == "" {
		return false, err
	}
	_, err = s.advance(ctx, op.ID, Outdated{Reason: reason})
	return err == nil, err
}

func supersededBy(op Operation) string {
	if op.Status.Final() {
		return fmt.Sprintf("The operation has ended: %s.", op.Status)
	}
	if op.Claimed.ID == "" {
		return fmt.Sprintf("The operation is not to be had by this run: it is %s.", op.Stage)
	}
	return fmt.Sprintf("Run %s has the operation.", op.Claimed.ID)
}

// claimedOperation checks that the caller is the run that has the operation, by the secret it was given.
func (s *Service) claimedOperation(ctx context.Context, c Caller, id, secret string) (Operation, error) {
	if err := c.authorizeRun(); err != nil {
		return Operation{}, err
	}
	if !ValidOperationID(id) {
		return Operation{}, noOperation(id)
	}
	op, err := s.Store.Operation(ctx, id)
	if err != nil {
		return Operation{}, err
	}
	if op.Claimed.ID == "" || !hmac.Equal([]byte(secret), []byte(runSecret(s.SigningKey, id, op.Claimed.ID))) {
		return Operation{}, Errorf(RunNotClaimed, "This run does not have operation %s.", id).Do("Claim it first: lazuli run start")
	}
	return op, nil
}

// GetRunBundle returns the Terraform root to the run that has the operation, while it is not final.
func (s *Service) GetRunBundle(ctx context.Context, c Caller, id, secret string) (Bundle, error) {
	op, err := s.claimedOperation(ctx, c, id, secret)
	if err != nil {
		return Bundle{}, err
	}
	if op.Status.Final() {
		return Bundle{}, Errorf(OperationFinal, "Operation %s has ended: %s.", id, op.Status)
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return Bundle{}, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	stored, err := s.Store.Body(ctx, op.Project, dep.Bundle)
	if err != nil {
		return Bundle{}, fmt.Errorf("read bundle of %s: %w", id, err)
	}
	files, err := decodeBundle(stored)
	return Bundle{Operation: id, Mode: s.proceed(op).Mode, Digest: dep.Bundle.Digest, Files: files}, err
}

// PlanDecision tells the run what to do with its plan.
type PlanDecision struct {
	Apply  bool
	Keep   bool // publish the plan, sealed: another run may apply it
	Reason string
}

// ReportRunPlan keeps the plan with the deployment and says whether to apply it. The same plan again gets the same answer;
// another plan after the first is a Conflict, since what was answered was answered for the first.
func (s *Service) ReportRunPlan(ctx context.Context, c Caller, id, secret string, plan Plan) (PlanDecision, error) {
	plan = maskedPlan(plan)
	for range maxDecisions {
		op, err := s.claimedOperation(ctx, c, id, secret)
		if err != nil {
			return PlanDecision{}, err
		}
		if op.Status.Final() {
			return PlanDecision{Reason: "The operation has ended."}, nil
		}
		if op.CancelRequested {
			_, err := s.commitDecision(ctx, op, Decide(op, Stopped{}, s.Now()))
			if isCode(err, Conflict) {
				continue
			}
			return PlanDecision{Reason: "The operation was canceled."}, err
		}
		if op.Mode == ModeDrift {
			done, err := s.storeDrift(ctx, op, plan)
			if isCode(err, Conflict) {
				continue
			}
			return done, err
		}
		plan.Drift = nil
		dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
		if err != nil {
			return PlanDecision{}, fmt.Errorf("read deployment %s: %w", op.Deployment, err)
		}
		if err := dep.undoes(plan); err != nil {
			return PlanDecision{}, err // the run fails with it, and nothing is applied
		}
		if dep.Plan != nil {
			return repeatedPlan(op, *dep.Plan, plan)
		}
		dep.Plan = &plan
		d := Decide(op, Planned{Plan: plan}, s.Now())
		op, err = s.commitWith(ctx, op, d, Transaction{Deployment: &dep})
		if isCode(err, Conflict) {
			continue
		}
		if err != nil {
			return PlanDecision{}, fmt.Errorf("store plan of %s: %w", id, err)
		}
		s.wake(ctx, op, d)
		return planDecision(op), nil
	}
	return PlanDecision{}, Errorf(Conflict, "Operation %s changes too fast.", id).Do("Report the plan again.")
}

func repeatedPlan(op Operation, known, again Plan) (PlanDecision, error) {
	if known.Digest != again.Digest {
		return PlanDecision{}, Errorf(Conflict, "Another plan was reported for operation %s before.", op.ID).Do("End this run; deploy again.")
	}
	return planDecision(op), nil
}

func planDecision(op Operation) PlanDecision {
	if op.Mode == ModePlan {
		return PlanDecision{Reason: "Only a plan was asked for."}
	}
	if op.Gate == GateClosed {
		return PlanDecision{Keep: true, Reason: "Somebody has to approve it."}
	}
	return PlanDecision{Apply: true, Reason: "No approval is needed."}
}

// ReportRunResult keeps what the run says of its end. It is believed when Azure DevOps says that the run has ended.
func (s *Service) ReportRunResult(ctx context.Context, c Caller, id, secret string, report Report) error {
	op, err := s.claimedOperation(ctx, c, id, secret)
	if err != nil {
		return err
	}
	if err := s.checkReport(ctx, op, report); err != nil {
		return err
	}
	report.Error = takenIn(report.Error)
	_, err = s.advance(ctx, id, Reported{Run: op.Claimed.ID, Report: report})
	return err
}

// checkReport refuses outputs that are not what the contract says, and above all secrets in clear.
func (s *Service) checkReport(ctx context.Context, op Operation, report Report) error {
	if report.Status != Succeeded && report.Status != Failed && report.Status != Canceled {
		return Errorf(Invalid, "A run ends as Succeeded, Failed or Canceled.").With(Detail{"/status", "is unknown"})
	}
	if len(report.Outputs) == 0 {
		return nil
	}
	var outputs map[string]map[string]json.RawMessage
	if err := json.Unmarshal(report.Outputs, &outputs); err != nil {
		return Errorf(Invalid, "Outputs are objects by resource.").With(Detail{"/outputs", "must be an object of objects"}).Because(err)
	}
	dep, err := s.Store.Deployment(ctx, op.Project, op.Environment, op.Deployment)
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", op.Deployment, err)
	}
	for alias, values := range outputs {
		for name, value := range values {
			if dep.isSecret(alias, name) && !isReference(value) {
				return Errorf(Invalid, "Output %s.%s is secret and must be a reference to the vault.", clip(alias, 80), clip(name, 80)).
					With(Detail{"/outputs", "holds a secret in clear"})
			}
		}
	}
	return nil
}

// isReference reports whether an output is {"secret": "https://…"} and nothing else.
func isReference(value json.RawMessage) bool {
	var members map[string]any
	if json.Unmarshal(value, &members) != nil || len(members) != 1 {
		return false
	}
	_, ok := members["secret"].(string)
	return ok
}

// isSecret reports whether an output was secret by the type that the resource was deployed with. Of a resource that the
// deployment does not know, everything is.
func (d Deployment) isSecret(alias, output string) bool {
	i := slices.IndexFunc(d.Definitions, func(p PinnedDefinition) bool { return p.Alias == alias })
	return i < 0 || slices.Contains(d.Definitions[i].Secrets, output)
}

package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// change is a request to change an environment, however it was asked for.
type change struct {
	kind                 string // operationId
	in                   Project
	project, environment string
	operation            string // the id that the caller chose; empty when he did not
	mode                 Mode
	spec                 EnvironmentSpec
	pre                  Preconditions
	mayCreate            bool      // the environment need not exist
	skipIfSame           bool      // nothing is to be done when the environment is so already
	keepSpec             bool      // without a template or manifest, what the environment is already
	from                 *source   // what was deployed before and is to be again
	retryOf              string    // the operation that is tried again
	askers               []Asker   // with retryOf: who asked for it, and who tries it again
	power                Power     // what is deployed is only switched
	due                  DueAction // it is the time that asks: what must be due still
	putBackRest          bool      // with adoptDrift: what cannot be adopted may be put back
	adopts               []AdoptedDrift
	siblings             []Environment // that the same request makes, as they will be
}

// accept turns a change into stored state: environment, deployment, operation, audit and outbox in one transaction. The
// answer is sent after it, so whatever dies next, the sweep finds the outbox row.
func (s *Service) accept(ctx context.Context, c Caller, ch change) (Accepted, error) {
	fingerprint := fingerprintOf(c, ch)
	if ch.operation == "" {
		ch.operation = s.NewID()
	} else if !ValidOperationID(ch.operation) {
		return Accepted{}, badOperationID()
	}
	for range maxDecisions {
		done, repeated, err := s.repeat(ctx, ch, fingerprint)
		if repeated || err != nil {
			return done, err
		}
		done, err = s.acceptOnce(ctx, c, ch, fingerprint)
		if err == nil {
			return done, nil
		}
		// A twin of this request may have been faster, and what refuses us may be what it did.
		if twin, repeated, twinErr := s.repeat(ctx, ch, fingerprint); repeated {
			return twin, twinErr
		}
		if !isCode(err, Conflict) {
			return Accepted{}, err
		}
	}
	return Accepted{}, Errorf(Conflict, "Too many changes to %s at once.", targetOf(ch.project, ch.environment)).Do("Try again.")
}

// repeat answers a request whose operation exists already as it was answered the first time.
func (s *Service) repeat(ctx context.Context, ch change, fingerprint string) (Accepted, bool, error) {
	op, err := s.Store.Operation(ctx, ch.operation)
	if isCode(err, NotFound) {
		return Accepted{}, false, nil
	}
	if err != nil {
		return Accepted{}, false, err
	}
	if op.Fingerprint != fingerprint {
		return Accepted{}, true, operationReused(ch.operation)
	}
	env, err := s.Store.Environment(ctx, ch.project, ch.environment)
	return Accepted{Environment: env, Operation: &op, Created: op.CreatedAt.Equal(env.CreatedAt)}, true, err
}

func badOperationID() error {
	return Errorf(Invalid, "The header Operation-Id must have 26 to 36 letters, digits and dashes; a ULID or a UUID will do.")
}

func operationReused(id string) error {
	return Errorf(OperationIDReused, "The operation id %s was used for another request.", id).Do("Use a new id for a new request.")
}

func (s *Service) acceptOnce(ctx context.Context, c Caller, ch change, fingerprint string) (Accepted, error) {
	env, exists, err := s.environment(ctx, ch.project, ch.environment)
	if err != nil {
		return Accepted{}, err
	}
	if ch.due != DueNothing && Due(env, s.Now()) != ch.due {
		return Accepted{}, errNotDue
	}
	if err := admit(ch, env, exists); err != nil {
		return Accepted{}, err
	}
	d, same, err := s.settleOn(ctx, c, ch, env, exists, fingerprint)
	if err != nil || same {
		return Accepted{Environment: env}, err
	}
	if err := s.open(ctx, d.op); err != nil {
		return Accepted{}, err
	}
	if err := s.expect(ctx, env, d.env); err != nil {
		return Accepted{}, err
	}
	if err := s.commit(ctx, s.transactionOf(c, ch, &d)); err != nil {
		return Accepted{}, fmt.Errorf("accept operation %s: %w", d.op.ID, err)
	}
	s.Relay.Hint(d.op.Project, d.op.ID) // losing it costs the sweep's interval, never the request
	return d.accepted(), nil
}

// decided is a change that is ready to be stored.
type decided struct {
	env    Environment
	dep    Deployment
	op     Operation
	audit  AuditEvent
	values *ValueVersion // of the environment, when they go along
	bundle Body
	usage  *Usage // with a quota or budget: its row, so that of two acceptances at once one counts again
}

func (d decided) accepted() Accepted {
	return Accepted{Environment: d.env, Operation: &d.op, Created: d.op.CreatedAt.Equal(d.env.CreatedAt)}
}

// settleOn makes the rows of a change that may be; same is true when there is nothing to do.
func (s *Service) settleOn(ctx context.Context, c Caller, ch change, env Environment, exists bool, fingerprint string) (d decided, same bool, err error) {
	if ch.power != "" {
		d, err = s.settleOnPower(ctx, c, ch, env, fingerprint)
		return d, false, err
	}
	wanted, err := s.want(ctx, c, ch, env, exists)
	if err != nil {
		return d, false, err
	}
	end, err := newEnd(ch, env, exists, wanted.envType, s.Now())
	if err != nil {
		return d, false, err
	}
	if ch.skipIfSame && exists {
		if same, err := s.isAlready(ctx, env, wanted); err != nil || same {
			return d, same, err
		}
	}
	if err := s.judge(ctx, c, ch, env, exists, &wanted); err != nil {
		return d, false, err
	}
	if d.dep, d.bundle, err = s.prepare(c, ch, wanted); err != nil {
		return d, false, err
	}
	now := d.dep.CreatedAt
	d.op = newOperation(c, ch, d.dep, fingerprint, now)
	d.audit = s.audit(c, ch.kind, d.op.Project, targetOf(d.op.Project, d.op.Environment), d.op.ID, string(ch.mode)).changing(auditedBefore(env, wanted.current), d.dep.audited())
	d.env = begin(env, exists, ch, wanted, d.op, now)
	if !exists {
		d.env.Expiry = end
	}
	d.env = d.env.pass(ch.due, now)
	if d.dep.Need == nil { // else they go along with the approval
		d.values = wanted.next
	}
	if wanted.usage != nil {
		d.usage = wanted.usage.with(now, 1)
	}
	return d, false, nil
}

// admit checks what can be known before the content is looked at.
func admit(ch change, env Environment, exists bool) error {
	if !exists && !ch.mayCreate {
		return noEnvironment(ch.project, ch.environment)
	}
	if err := ch.pre.check("Environment "+ch.project+"/"+ch.environment, exists, env.Revision); err != nil {
		return err
	}
	if exists && env.ActiveOperation != "" {
		return inProgress(env)
	}
	if ch.mode == ModeDestroy && env.Protection != nil {
		return errProtected(env)
	}
	return ch.isLast(env)
}

func inProgress(env Environment) error {
	e := Errorf(OperationInProgress, "Environment %s/%s is busy: operation %s is running.", env.Project, env.Name, env.ActiveOperation).
		Do("Wait for it: lazuli operation watch %s", env.ActiveOperation)
	e.Operation = env.ActiveOperation
	return e
}

// prepare renders the Terraform root, which is stored with the deployment that points at it.
func (s *Service) prepare(c Caller, ch change, w wanted) (Deployment, Body, error) {
	files, err := s.Renderer.Render(RenderInput{Project: ch.project, Environment: ch.environment, Type: w.envType.Name,
		Region: s.regionOf(w.envType), Operation: ch.operation, Manifest: w.manifest, Resolved: w.resolved, Values: w.values.Effective})
	if err != nil {
		return Deployment{}, Body{}, fmt.Errorf("render %s: %w", targetOf(ch.project, ch.environment), err)
	}
	bundle, err := newBundle(ch, files)
	if err != nil {
		return Deployment{}, Body{}, err
	}
	dep := Deployment{
		ID: s.NewID(), Project: ch.project, Environment: ch.environment, Operation: ch.operation, Mode: ch.mode,
		Template: w.template, TemplateVersion: w.templateVersion, Parameters: w.parameters,
		Asked: w.asked, Manifest: w.manifest, Definitions: pinned(w), Values: w.values.pin(w.manifest), Bundle: bundle.Ref, From: w.from, CreatedAt: s.Now(), CreatedBy: c.ID, Askers: ch.askers, Adopts: ch.adopts,
	}
	if len(dep.Askers) == 0 {
		dep.Askers = []Asker{askerOf(c)}
	}
	if ch.mode != ModeDestroy {
		dep.Price = &w.assessment.After
	}
	if ch.mode != ModeDestroy && w.current != nil {
		dep.Before = &w.assessment.Before
	}
	if ch.mode == ModeDeploy {
		dep.Need = w.assessment.Approval
	}
	return dep, bundle, nil
}

func newBundle(ch change, files map[string][]byte) (Body, error) {
	bundle, err := encodeBundle(files)
	if err != nil {
		return Body{}, fmt.Errorf("bundle of %s: %w", ch.operation, err)
	}
	return NewBody("bundle-"+ch.operation+"-"+digestOf(bundle)[:16], bundle), nil
}

func newOperation(c Caller, ch change, dep Deployment, fingerprint string, now time.Time) Operation {
	op := Operation{
		ID: ch.operation, Kind: ch.kind, Project: ch.project, Environment: ch.environment, Deployment: dep.ID, Mode: ch.mode,
		Status: NotStarted, Stage: Queued, RequestedBy: c.ID, Fingerprint: fingerprint,
		CreatedAt: now, UpdatedAt: now, NextLook: now, Deadline: now.Add(startLimit), Revision: 1,
	}
	if dep.Need != nil {
		op.Gate, op.ApprovalWait = GateClosed, dep.Need.wait()
	}
	return op
}

// begin is the environment while the operation runs. ActiveOperation is its lock.
func begin(env Environment, exists bool, ch change, w wanted, op Operation, now time.Time) Environment {
	if !exists { // keep what a deleted one stored: its version and its counts of changes and events
		env = Environment{Project: ch.project, Name: ch.environment, Type: w.envType.Name, CreatedAt: now, CreatedBy: op.RequestedBy, Revision: env.Revision, Events: env.Events, Stored: env.Stored}
	}
	env.Resting = env.State
	switch {
	case ch.mode == ModePlan:
	case ch.mode == ModeDestroy:
		env.State = Deleting
	case !exists:
		env.State, env.Template, env.Parameters = Creating, ch.spec.Template, ch.spec.Parameters
	default:
		env.State = Updating
	}
	env.ActiveOperation = op.ID
	if ch.mode != ModePlan {
		env.Planned, env.PlannedResources = w.assessment.After.Monthly, resourcesOf(w.manifest)
	}
	env.UpdatedAt = now
	env.Revision++
	return env
}

// open puts an operation on the work list of the sweep, before the rows that it is about.
func (s *Service) open(ctx context.Context, op Operation) error {
	err := s.Store.OpenOperation(ctx, op.ID, op.Project, op.CreatedAt)
	if isCode(err, Conflict) {
		return operationReused(op.ID)
	}
	if err != nil {
		return fmt.Errorf("open operation %s: %w", op.ID, err)
	}
	return nil
}

// transactionOf is what stores a change: its rows, the note in the audit log, and what is to be sent once they are there.
func (s *Service) transactionOf(c Caller, ch change, d *decided) Transaction {
	op := &d.op
	events := acceptEvents(op, &d.env)
	run := Message{ID: op.ID + ".run", Project: op.Project, Operation: op.ID, Destination: OperationsQueue, Session: sessionOf(op.Project, op.Environment)}
	if ch.due == DueDeletion {
		events = append(events, expiredEvent(op, &d.env))
	}
	tx := Transaction{Project: op.Project, Environment: &d.env, Deployment: &d.dep, Operation: op, Usage: d.usage, PutValues: d.values, Outbox: append([]Message{run}, events...), Audit: []AuditEvent{d.audit}}
	if d.bundle.Ref.ID != "" {
		tx.Bodies = []Body{d.bundle}
	}
	return tx
}

// isAlready reports whether the environment is what is wanted, with nothing running and the last change succeeded.
func (s *Service) isAlready(ctx context.Context, env Environment, w wanted) (bool, error) {
	if env.State != Ready || env.Failure != nil || env.Deployment == "" {
		return false, nil
	}
	dep, err := s.Store.Deployment(ctx, env.Project, env.Name, env.Deployment)
	if err != nil {
		return false, fmt.Errorf("read deployment %s: %w", env.Deployment, err)
	}
	same := dep.Template == w.template && bytes.Equal(dep.Manifest.JSON(), w.manifest.JSON()) && slices.EqualFunc(dep.Definitions, pinned(w), PinnedDefinition.equal) &&
		dep.Values.same(w.values.pin(w.manifest))
	return same, nil
}

// fingerprintOf tells two requests apart that came with the same operation id.
func fingerprintOf(c Caller, ch change) string {
	var manifest json.RawMessage
	if ch.spec.Manifest != nil {
		manifest = ch.spec.Manifest.JSON()
	}
	parts := []any{ch.kind, ch.project, ch.environment, c.ID, ch.mode, ch.spec.Type, ch.spec.Template, compact(ch.spec.Parameters), manifest, ch.spec.From}
	if ch.retryOf != "" {
		parts = append(parts, ch.retryOf)
	}
	if !ch.spec.Ends.isZero() {
		parts = append(parts, ch.spec.Ends)
	}
	if ch.putBackRest {
		parts = append(parts, "putBackRest")
	}
	text, err := json.Marshal(parts)
	if err != nil { // all of it was decoded from JSON before
		text = []byte(ch.operation)
	}
	return digestOf(text)
}

// compact makes equal JSON texts equal: sorted keys, no blanks.
func compact(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return out
}

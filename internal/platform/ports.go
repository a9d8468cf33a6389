package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Store keeps the nouns. What must change together is one Commit: one transaction in the partition of one project.
//
// Reads return an Error with code NotFound for what is not there and StorageUnavailable when the storage cannot answer.
// Every call obeys ctx. internal/storetest is the promise as a suite.
type Store interface {
	Project(ctx context.Context, name string) (Project, error)
	// Projects lists all projects by name. It reads index rows that may lag behind by the time of one write.
	Projects(ctx context.Context, page Page) ([]Project, string, error)
	Environment(ctx context.Context, project, name string) (Environment, error)
	// Environments lists by name.
	Environments(ctx context.Context, project string, page Page) ([]Environment, string, error)
	// EnvironmentNames lists names of environments of a type, deleted ones included, in order and after a name (empty: from the
	// start). Its cost does not grow with the environments of other types.
	EnvironmentNames(ctx context.Context, project, environmentType, after string, limit int) ([]string, error)
	Deployment(ctx context.Context, project, environment, id string) (Deployment, error)
	// Deployments lists newest first.
	Deployments(ctx context.Context, project, environment string, page Page) ([]Deployment, string, error)
	// Operation finds an operation by its id alone, in whatever project it is.
	Operation(ctx context.Context, id string) (Operation, error)
	// Operations lists newest first. A page may be short, even empty, and still have a next one.
	Operations(ctx context.Context, project string, filter OperationFilter, page Page) ([]Operation, string, error)

	// ValueHead returns the newest version of a scope's values; NotFound where nothing was ever set.
	ValueHead(ctx context.Context, scope ValueScope) (ValueVersion, error)
	// ValueVersion returns one version.
	ValueVersion(ctx context.Context, scope ValueScope, number int64) (ValueVersion, error)
	// ValueVersions lists newest first, without Values.
	ValueVersions(ctx context.Context, scope ValueScope, page Page) ([]ValueVersion, string, error)

	// PutBody stores a large immutable value, compressed and in pieces, before the row that points at it is committed.
	// The same id and content again is harmless.
	PutBody(ctx context.Context, project, id string, content []byte) (BodyRef, error)
	// Body reads one back and checks its digest.
	Body(ctx context.Context, project string, ref BodyRef) ([]byte, error)

	// OpenOperation reserves the id of a new operation for a project and puts it on the work list of the sweep. It comes
	// before the Commit that stores the operation, so that no crash between the two loses it. Again for the same
	// project is harmless; for another project it is a Conflict.
	OpenOperation(ctx context.Context, id, project string, at time.Time) error
	// CloseOperation takes a finished operation off the work list. It can still be found by its id.
	CloseOperation(ctx context.Context, id string) error
	// OpenOperations lists the work list of the sweep, oldest first.
	OpenOperations(ctx context.Context, page Page) ([]OpenOperation, string, error)

	// PutDue lists when somebody has to look at an environment because of the time. It comes before the Commit of the environment
	// that says so (DueAt): an entry that its row does not agree with means nothing.
	PutDue(ctx context.Context, d DueEnvironment) error
	// DueEnvironments lists what was due at a time, the longest due first. Its cost does not grow with what is due later.
	DueEnvironments(ctx context.Context, until time.Time, page Page) ([]DueEnvironment, string, error)
	// RemoveDue takes an entry off the list, unless it was written once more since it was read. Removing it again is harmless.
	RemoveDue(ctx context.Context, d DueEnvironment) error

	// CatalogHead points at the current release of the catalog; NotFound before the first publication.
	CatalogHead(ctx context.Context) (CatalogHead, error)
	// DirectoryHead points at the current directory of who may do what; NotFound before the first change.
	DirectoryHead(ctx context.Context) (DirectoryHead, error)
	// Usage tells how a project used its quota lately; NotFound when it never was asked.
	Usage(ctx context.Context, project string) (Usage, error)

	// AuditEvents lists the audit log, newest first: of one project, or of all. Without a project To must be set, since
	// the days are walked back from there; an event whose transaction was refused is not listed.
	AuditEvents(ctx context.Context, filter AuditFilter, page Page) ([]AuditEvent, string, error)
	// RecordRefusal stores the event of a refusal, which has no transaction. Its project need not exist, and the work is
	// the same whether it does. Accepted changes come with Commit.
	RecordRefusal(ctx context.Context, e AuditEvent) error
	// ForgetAudit removes at most limit events of the days before that of before (UTC), oldest days first, and says how
	// many. What a crash leaves of an event is removed the next time.
	ForgetAudit(ctx context.Context, before time.Time, limit int) (int, error)

	Subscriptions

	// Commit stores all of tx or nothing. A row whose Stored is zero must not exist yet; any other must still have that
	// version; otherwise it is a Conflict and nothing is stored. If the answer of the storage is lost, Commit finds out
	// whether it was this very write that took effect, and says success if so. That one of tx.Sent is gone already refuses nothing.
	Commit(ctx context.Context, tx Transaction) error
	// Outbox lists the messages of an operation that were committed and are not known to be sent.
	Outbox(ctx context.Context, project, operation string) ([]Message, error)
	// Sent removes messages of one project from the outbox. Removing one again is harmless. After an error some may be gone.
	Sent(ctx context.Context, messages ...Message) error
}

// Transaction is what one Commit stores: rows of one project. Nil means unchanged.
type Transaction struct {
	Project      string // the partition
	PutProject   *Project
	Catalog      *CatalogHead   // with Project CatalogScope alone
	Directory    *DirectoryHead // with Project PlatformScope alone
	Usage        *Usage
	Environment  *Environment
	Deployment   *Deployment
	Operation    *Operation
	Subscription *Subscription
	With         []Transaction // of the same project, in the same breath
	PutValues    *ValueVersion // becomes the head of its scope; Stored is that of the head it was made from
	Audit        []AuditEvent
	Outbox       []Message
	Bodies       []Body    // to be stored with the row that points at them
	Sent         []Message // to be removed from the outbox on the way
}

// Page asks for a part of a list: at most Size items, from the position After on (empty: from the start).
// Positions are opaque to everybody but the store.
type Page struct {
	Size  int
	After string
}

// OperationFilter narrows a list of operations; empty fields do not.
type OperationFilter struct {
	Environment string
	Status      Status
}

// Body is a large immutable value that is not stored yet.
type Body struct {
	Ref     BodyRef
	Content []byte
}

// NewBody makes the reference of a body.
func NewBody(id string, content []byte) Body {
	return Body{Ref: BodyRef{ID: id, Digest: digestOf(content), Size: len(content)}, Content: content}
}

// BodyRef points at a stored body. The zero value points at nothing.
type BodyRef struct {
	ID     string
	Digest string // SHA-256 of the content, in hex
	Size   int    // bytes of the content
}

// OpenOperation is an entry of the sweep's work list.
type OpenOperation struct {
	ID      string
	Project string
	At      time.Time // when it was opened
}

// DueEnvironment is an entry of the list of what time has something to do with.
type DueEnvironment struct {
	Project     string
	Environment string
	At          time.Time // when
	Noted       time.Time // when the entry was written
	Stored      Stored
}

// Destination is a queue or topic that a message goes to.
type Destination string

// Where messages go. The names are those of the entities in infra/platform/servicebus.json.
const (
	OperationsQueue Destination = "operations" // runOperation; one session for each environment
	RunsQueue       Destination = "runs"       // followRun; scheduled looks at a run
	EventsTopic     Destination = "events"     // CloudEvents for whoever listens
	DeliveriesQueue Destination = "deliveries" // attemptDelivery; one session for each subscription
)

// Message is something to be sent once its transaction is committed. It carries ids only: state decides, never the message.
type Message struct {
	ID          string // also the broker's message id: consumers and duplicate detection go by it
	Project     string
	Operation   string
	Destination Destination
	Session     string       // what is to come in order: "project/environment", or "project" for events about the project itself
	NotBefore   time.Time    // zero: at once
	Event       *Event       // with EventsTopic
	Delivery    *DeliveryRef // with DeliveriesQueue, in place of Operation
}

// Event is a CloudEvent. Its id is the message's, its source follows from the project.
type Event struct {
	Type     string // io.lazuli.environment.ready.v1
	Subject  string // projects/payments/environments/dev
	Time     time.Time
	Sequence int64 // in its session, from 1: see Message.Session
	Data     json.RawMessage
}

// Source is the CloudEvents source: a project, or the requests by message; base is the platform's own address.
func (e *Event) Source(base, project string) string {
	if project == "" {
		return base + "/requests"
	}
	return base + "/" + projectSubject(project)
}

// SequenceText is the sequence as the CloudEvents extension has it, in a width that sorts as text too.
func (e *Event) SequenceText() string { return fmt.Sprintf("%010d", e.Sequence) }

// Messenger sends messages. An error means that nothing is known: the message stays in the outbox and is sent again, so
// the same id may arrive twice. internal/queuetest is the promise as a suite.
type Messenger interface {
	// Send sends messages to one destination in their order, in as few transfers as they fit in. After an error some may have arrived.
	Send(ctx context.Context, messages ...Message) error
}

// Pipelines drives the pipeline that carries operations out. internal/pipelinestest is the promise as a suite.
//
// Errors: *Error with NotFound for a run that does not exist; PipelineUnavailable when the service did not answer, or
// answered that it cannot now; ErrRefused when it answered that it will not, with Later where that may change. After Start alone the difference matters:
// PipelineUnavailable leaves it unknown whether a run was made.
type Pipelines interface {
	// Find looks for the newest run that was started for the operation.
	Find(ctx context.Context, operation string) (RunRef, bool, error)
	// Start starts a run with the operation's id as its only parameter. It is never repeated inside.
	Start(ctx context.Context, operation string) (RunRef, error)
	// Read tells the state of a run with its steps and first error.
	Read(ctx context.Context, run string) (RunObservation, error)
	// Report fetches what the run published about its end, the JSON that it also sends to reportRunResult; NotFound when it published none.
	Report(ctx context.Context, run string) ([]byte, error)
	// Cancel asks a run to stop. A run that has ended is left as it is.
	Cancel(ctx context.Context, run string) error
	// Log reads the run's log from a cursor on (empty: from the start), a bounded number of lines at a time.
	Log(ctx context.Context, run, cursor string) (LogPage, error)
}

// RunState is where a run stands.
type RunState string

// The states of a run. The last three are final.
const (
	RunQueued    RunState = "queued"
	RunRunning   RunState = "running"
	RunSucceeded RunState = "succeeded"
	RunFailed    RunState = "failed"
	RunCanceled  RunState = "canceled"
)

// Ended reports whether the run will not change any more.
func (s RunState) Ended() bool { return s == RunSucceeded || s == RunFailed || s == RunCanceled }

// RunObservation is what the pipeline service says of a run.
type RunObservation struct {
	Run        RunRef
	State      RunState
	Stopping   bool   // it was asked to, and has not ended
	Steps      []Step // of our pipeline, in order, at most 200; not the agent's own
	FirstError *OperationError
}

// LogPage is a piece of a run's log. Next is the cursor to go on from ([A-Za-z0-9._-], at most 200 characters);
// Complete says that no more lines will come.
type LogPage struct {
	Lines    []LogLine
	Next     string
	Complete bool
}

// LogLine is a line of a step's log, without its time stamp and without control characters.
type LogLine struct {
	Step string
	Text string
}

// Vault keeps the secrets among values. Lazuli writes there and never reads; it never removes a version either, since the
// history of values refers to it.
//
// Errors: *Error with VaultUnavailable. No error, log line or anything else holds the value.
type Vault interface {
	// Put stores a secret under a key of a scope, and returns the address of exactly this version.
	Put(ctx context.Context, scope ValueScope, key, secret string) (reference string, err error)
}

// Renderer makes the Terraform root of a deployment: a pure function of its input.
type Renderer interface {
	Render(in RenderInput) (map[string][]byte, error)
	// Switch is a rendered root with everything in it off, or on again. It changes nothing else; false if nothing can be switched.
	Switch(files map[string]string, power Power) (map[string]string, bool, error)
}

// RenderInput is everything that a rendered root depends on.
type RenderInput struct {
	Project     string
	Environment string
	Type        string // of the environment
	Region      string // where its type, or else the installation, builds
	Operation   string // for which it is rendered
	Manifest    Manifest
	Resolved    map[string]Resolved // by alias
	Values      ValueSet            // that hold there
}

// Resolved is a resource of a manifest with the type and the definition that were chosen for it.
type Resolved struct {
	Type       ResourceType
	Definition ResourceDefinition
}

// Catalog gives what the platform team wrote, in the versions that are used. It never changes: one request sees one catalog.
type Catalog interface {
	Items() []CatalogItem          // every version, with its document
	ResourceTypes() []ResourceType // sorted by name
	ResourceType(name string) (ResourceType, bool)
	Definitions() []ResourceDefinition                      // sorted by name
	DefinitionsOf(resourceType string) []ResourceDefinition // sorted by name; not to be changed
	Templates() []Template                                  // sorted by name
	Template(name string) (Template, bool)
	EnvironmentTypes() []EnvironmentType // sorted by name
	EnvironmentType(name string) (EnvironmentType, bool)
	Policies() []Policy // sorted by name
	// Pinned is the same catalog with other versions of some things in use; Invalid if one of them may not be used.
	Pinned(pins []Pin) (Catalog, error)
}

// ErrRefused is wrapped by errors of Pipelines when the service answered that it will not do the thing: nothing was made.
var ErrRefused = Errorf(PipelineUnavailable, "The pipeline service refused the request.")

// Later is wrapped by errors of Pipelines whose reason passes: the service does not answer, has too much to do, or does not let us in
// until somebody mends that. The same call may work later; not before After, where the service said so.
type Later struct{ After time.Duration }

func (l Later) Error() string { return "later" }

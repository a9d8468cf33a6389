package platform

import (
	"encoding/json"
	"time"
)

// Status of an operation, as pollers of Azure know it. Succeeded, Failed and Canceled are final for ever.
type Status string

// The statuses of an operation.
const (
	NotStarted Status = "NotStarted"
	Running    Status = "Running"
	Succeeded  Status = "Succeeded"
	Failed     Status = "Failed"
	Canceled   Status = "Canceled"
)

// Final reports whether the status never changes again.
func (s Status) Final() bool { return s == Succeeded || s == Failed || s == Canceled }

// Stage says more finely than the status where an operation is.
type Stage string

// The stages of an operation.
const (
	Queued           Stage = "queued"
	Planning         Stage = "planning"
	AwaitingApproval Stage = "awaitingApproval"
	Applying         Stage = "applying"
	Destroying       Stage = "destroying"
	Canceling        Stage = "canceling"
	Done             Stage = "done"
)

// Operation is the handle of a change that takes time, and the record that makes its request repeatable.
type Operation struct {
	ID          string
	Kind        string // operationId of the request that started it
	Project     string
	Environment string
	Deployment  string
	Mode        Mode

	Status  Status
	Stage   Stage
	Steps   []Step
	Percent int // how far it is as far as its steps tell; never goes back
	Error   *OperationError
	Message string // what it waits for, when that is worth saying

	RequestedBy string // object id of the caller
	Fingerprint string // SHA-256 over the request: the same id with other content is refused

	// Attempt counts the times that a run was asked for. It is written before each time, so that a crash after the call
	// is known to the next worker, who looks for the run before he asks again.
	Attempt int
	// Recorded is the run that the dispatcher saw: a hint. Claimed is the run that asked first: the truth.
	Recorded RunRef
	Claimed  RunRef

	// Gate says whether people have to agree before the change is carried out. PlanRun is the run whose plan they agree to, once it
	// has ended well, and Plan the digest of what it planned. Passed are runs that must not be taken for the one that applies it.
	Gate      Gate
	Plan      string
	PlanRun   RunRef
	PlanSteps int // so many of Steps are those of PlanRun
	Passed    []string
	// ApprovalWait is how long a plan waits for approval, with a Gate.
	ApprovalWait time.Duration

	CancelRequested bool
	Events          int     // CloudEvents made so far; numbers them without gaps
	Reported        *Report // what the run said of its end; believed when the run itself has ended

	CreatedAt time.Time
	UpdatedAt time.Time
	NextLook  time.Time // when somebody should look again, whatever messages say
	Deadline  time.Time // when the present stage is given up
	Revision  int64     // counts writes; the ETag that pollers see
	Stored    Stored
}

// Run is the run that belongs to the operation as far as is known: the one that claimed it, else the recorded one.
func (o Operation) Run() RunRef {
	if o.Claimed.ID != "" {
		return o.Claimed
	}
	return o.Recorded
}

// mayHaveRun reports whether a run was asked for that has not taken the operation: it may be there though it is not written down.
func (o Operation) mayHaveRun() bool {
	return o.Recorded.ID != "" || o.Attempt > 0 && o.Claimed.ID == "" && o.Stage != AwaitingApproval
}

// Gate stands between a plan and its being applied.
type Gate string

// The gates. An operation without one applies what it planned.
const (
	NoGate     Gate = ""
	GateClosed Gate = "closed" // people have to agree first
	GateOpen   Gate = "open"   // they have
)

// RunRef names a run of the pipeline.
type RunRef struct {
	ID  string
	URL string // for people
}

// Report is what a run said of its own end.
type Report struct {
	Status    Status
	Outputs   json.RawMessage
	Remaining []string
	Error     *OperationError
}

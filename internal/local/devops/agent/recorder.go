package agent

import (
	"context"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// Recorder is where a run leaves its traces: the timeline, the logs, tags. Calls come from several goroutines when
// jobs run in parallel. The agent calls it with a context of its own, with a deadline, that outlives the cancellation
// of the run: the end of a canceled run must be recorded too. A Recorder's error ends the run as failed (a run that
// leaves no trace is worse than one that stops).
type Recorder interface {
	// Record inserts or replaces the timeline record with this id.
	Record(context.Context, Record) error
	// CreateLog makes an empty log and returns its id, unique in the run, from 1.
	CreateLog(context.Context) (id int, err error)
	// AppendLog adds whole lines, each with its UTC time stamp in front and secrets masked, to a log.
	AppendLog(ctx context.Context, id int, lines []string) error
	// Attach keeps a small file with a record: uploadsummary is of type SummaryAttachment.
	Attach(ctx context.Context, a Attachment) error
	// AddTag puts a tag on the run; a tag that is there already is no error.
	AddTag(ctx context.Context, tag string) error
	// SetBuildNumber renames the run.
	SetBuildNumber(ctx context.Context, number string) error
}

// SummaryAttachment is the attachment type of ##vso[task.uploadsummary].
const SummaryAttachment = "Distributedtask.Core.Summary"

// Attachment is a file that a step attached to its record; at most 1 MiB.
type Attachment struct {
	RecordID string
	Type     string
	Name     string
	Content  []byte
}

// Record is one row of a run's timeline. Times are UTC; a nil time has not come yet.
type Record struct {
	ID               string         // name-based GUID: the same in every run of the same plan
	ParentID         string         // "" for a stage
	Type             string         // TypeStage, TypePhase, TypeJob, TypeTask
	Name             string         // what people read
	Identifier       string         // stage, stage.job, stage.job.__default; "" for a task
	RefName          string         // a step's name; JobExtension_Init and JobExtension_Final for the agent's own tasks
	Task             *pipeline.Task // nil for the agent's own tasks
	State            State
	Result           Result // "" until the state is Completed
	Start, Finish    *time.Time
	Order            int // from 1, among the records of one parent
	Attempt          int
	PercentComplete  *int // tasks only; never goes back
	CurrentOperation string
	ErrorCount       int
	WarningCount     int
	Issues           []Issue // at most 10 of each type; the counts go on
	LogID            int     // 0: no log
	WorkerName       string  // the agent, on a job
}

// The types of records.
const (
	TypeStage = "Stage"
	TypePhase = "Phase"
	TypeJob   = "Job"
	TypeTask  = "Task"
)

// State of a timeline record, as Azure DevOps spells it.
type State string

// The states of a record.
const (
	Pending    State = "pending"
	InProgress State = "inProgress"
	Completed  State = "completed"
)

// Result of a timeline record, as Azure DevOps spells it.
type Result string

// The results of a completed record.
const (
	Succeeded           Result = "succeeded"
	SucceededWithIssues Result = "succeededWithIssues"
	Failed              Result = "failed"
	Canceled            Result = "canceled"
	Skipped             Result = "skipped"
	Abandoned           Result = "abandoned"
)

// Issue is an error or a warning on a record.
type Issue struct {
	Type     string // "error" or "warning"
	Category string // "General"
	Message  string
	Data     map[string]string // logissue properties and logFileLineNumber
}

package agent

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// Config is what stays the same from run to run.
type Config struct {
	Name    string // the agent's name, on job records and in Agent.Name
	WorkDir string // each job gets a fresh directory in it, removed when the job ends
	// Environ is the whole environment that steps inherit ("NAME=value"): build it with Environ, never from os.Environ alone.
	Environ []string
	Tools   []string // directories put in front of PATH, first one first
	Log     *slog.Logger
	Now     func() time.Time
	// Parallel is how many jobs of one run may run at the same time; 0 means 2.
	Parallel int
	// LogLimit is how many bytes the log of one step may have; what comes after is dropped and a line says so. 0 means 8 MiB.
	LogLimit int
	Grace    Grace
	// RetryDelay is how long to wait after the n-th failed attempt of a step with retryCountOnTaskFailure; nil means Azure's
	// own, n² seconds.
	RetryDelay func(attempt int) time.Duration
	// Minute is how long a minute of timeoutInMinutes and cancelTimeoutInMinutes lasts; 0 means a minute.
	Minute time.Duration
}

// Grace is how long a process that is to stop has before the next stronger signal. The zero value means Azure's own:
// SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL to the whole process group.
type Grace struct {
	Interrupt time.Duration
	Terminate time.Duration
}

// Input is one run.
type Input struct {
	Plan *pipeline.Plan
	// Predefined are variables that the server knows: Build.BuildId, Build.BuildNumber, System.TeamProject, ...
	// The agent adds those of directories, agent, stage, job and step.
	Predefined     map[string]string
	QueueVariables map[string]pipeline.Variable
	Groups         func(name string) (map[string]pipeline.Variable, bool) // read when a job starts
	Secrets        []string                                               // masked from the first line on, besides secret variables
	// Checkout fills dir (which exists and is empty) with the sources of the run.
	Checkout    func(ctx context.Context, dir string) error
	Connections map[string]Connection
	// Token issues an access token for a resource to a run that uses connection. It is masked in all logs.
	Token     func(ctx context.Context, connection, resource string) (Token, error)
	Artifacts Artifacts
	// Cancel, when closed, cancels the run as a person does: the running step is stopped, always() steps still run.
	// Canceling ctx is the host's shutdown: everything is stopped and nothing more is started.
	Cancel <-chan struct{}
}

// Connection is a service connection of the kind Azure Resource Manager with workload identity federation.
type Connection struct {
	ServicePrincipalID string
	TenantID           string
	IDToken            string   // the federated token; secret
	Resources          []string // the audiences that the az stand-in has tokens for
}

// Token is an access token and when it ends.
type Token struct {
	Value   string
	Expires time.Time
}

// Artifacts keeps the artifacts of one run.
type Artifacts interface {
	// Publish keeps a copy of files under name; jobRecordID is the record of the job. It returns an error that
	// wraps fs.ErrExist if the run has an artifact of that name.
	Publish(ctx context.Context, name, jobRecordID string, files fs.FS) error
	// Open gives an artifact's files, or an error that wraps fs.ErrNotExist.
	Open(ctx context.Context, name string) (fs.FS, error)
	// Names lists the artifacts of the run, sorted.
	Names(ctx context.Context) ([]string, error)
	// OfRun gives those of another run of a pipeline, by its number or name; an error that wraps fs.ErrNotExist if there is no such run.
	OfRun(ctx context.Context, pipeline string, run int) (Artifacts, error)
}

// Outcome is how a run ended.
type Outcome struct {
	// Result is Succeeded, SucceededWithIssues (a build's partiallySucceeded), Failed or Canceled.
	Result Result
}

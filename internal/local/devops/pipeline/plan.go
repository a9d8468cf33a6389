package pipeline

// Plan is a compiled pipeline: every template and ${{ }} expression is resolved, what is left is decided while it runs.
// It is plain data without secrets and survives encoding/json, so that a queued run can be stored and resumed.
type Plan struct {
	Path       string  // the root file, from the repository's root with a leading slash
	NumberText string  // the `name:` of the pipeline, or DefaultNumber; RunNumber expands it
	Variables  []Entry // the root's variables, in the order written
	Stages     []Stage
	FinalYAML  string // the expanded document in its normal form: always with stages
}

// Entry is one line of a variables section: a variable, or (when Group is set) a group whose values are read when a job starts.
type Entry struct {
	Name     string
	Value    string // may hold $(macros) or be one whole $[ expression ]
	ReadOnly bool
	Group    string
}

// Variable is a value with its flags, as groups and queue-time variables hold it.
type Variable struct {
	Value  string
	Secret bool
}

// Stage is a set of jobs that starts when the stages it depends on are done and its condition holds.
type Stage struct {
	Name        string // "__default" when the file names none
	DisplayName string
	DependsOn   []string // resolved: an omitted dependsOn is the stage before
	Condition   string   // "" means succeeded()
	Variables   []Entry
	Jobs        []Job
}

// Job is a job, or with Deployment set a deployment job, whose hooks run one after the other on agents of their own.
type Job struct {
	Name                 string
	DisplayName          string
	DependsOn            []string
	Condition            string
	ContinueOnError      string // "true", "false" or an expression or macro
	TimeoutMinutes       string // whole minutes as text, 0 is no limit; may be an expression or macro; "" means 60
	CancelTimeoutMinutes string // time for always() steps after a cancel; "" means 5
	Variables            []Entry
	Steps                []Step
	Deployment           *Deployment
}

// Deployment is what a deployment job has in place of steps.
type Deployment struct {
	Environment string
	Resource    string
	Hooks       []Hook // preDeploy, deploy, routeTraffic, postRouteTraffic: those that the file has, in this order
	OnFailure   *Hook
	OnSuccess   *Hook
}

// Hook is one life-cycle hook of a deployment.
type Hook struct {
	Name  string
	Steps []Step
}

// Task names the task that a step runs.
type Task struct {
	ID      string // GUID
	Name    string
	Version string // major version as written, e.g. "3"
}

// Step is one task of a job; the short forms (script, bash, checkout, publish, download) are already tasks here.
type Step struct {
	Name            string // reference name for outputs, "" when none
	DisplayName     string
	Task            Task
	Inputs          map[string]string // keys are the task's own names, e.g. scriptPath: aliases are resolved
	UnknownInputs   []string          // inputs that the task does not have: ignored with a warning
	Env             []EnvEntry
	Condition       string // "" means succeeded()
	ContinueOnError string
	TimeoutMinutes  string // "" or "0" is no limit
	Retries         int    // retryCountOnTaskFailure, at most 10
}

// EnvEntry is one line of a step's env.
type EnvEntry struct{ Name, Value string }

package platform

import (
	"encoding/json"
	"time"
)

// EnvironmentState is where an environment stands. It is not the state of an operation: a failed update leaves the
// environment as it was, and says so in Failure.
type EnvironmentState string

// The states of an environment.
const (
	Creating     EnvironmentState = "creating"
	Ready        EnvironmentState = "ready"
	Updating     EnvironmentState = "updating"
	Hibernated   EnvironmentState = "hibernated"
	Deleting     EnvironmentState = "deleting"
	DeleteFailed EnvironmentState = "deleteFailed"
	Broken       EnvironmentState = "failed" // it was being created and that failed; deleting or deploying again mends it
	Deleted      EnvironmentState = "deleted"
)

// Environment is a place in a project, of an environment type.
type Environment struct {
	Project string
	Name    string
	Type    string
	State   EnvironmentState
	// Resting is the state to go back to when the active operation changes nothing (it failed, was canceled, or only planned).
	Resting EnvironmentState

	Template   string          // empty when it was asked for by manifest
	Parameters json.RawMessage // as given for the template; nil without one
	Deployment string          // the deployment that made it what it is; empty before the first success
	// ActiveOperation is the lock of the environment: one change at a time. Empty when nothing runs.
	ActiveOperation string
	Failure         *Failure // of the last change, when it failed
	Drift           *Drift   // what is known of changes outside; nil when nobody looked
	Unproven        bool     // with Deleted: an admin called it so, and Failure says what was left
	Outputs         json.RawMessage
	Monthly         Money // what its deployment costs in a month, as far as it is known
	Planned         Money // what the active operation would make of that

	Resources        map[string]int // how many of each type its deployment has
	PlannedResources map[string]int // what the active operation would make of that

	Events int64 // CloudEvents about it so far: the sequence of the next is one more; goes on when it is made anew

	MonthlyOff Money       // what of Monthly is paid while it sleeps
	Sleep      Sleep       // how long it slept, and what that saved
	Expiry     *Expiry     // nil: it stays until somebody deletes it
	Protection *Protection // nil: it may be deleted
	Calendar   *Calendar   // nil: it is put to sleep and woken by hand alone
	NextPower  time.Time   // when the calendar has something to say next
	DueAt      time.Time   // when somebody has to look because of the time; see DueAt

	Revision  int64
	SettledAt time.Time // when an operation that plans its whole ended last; zero: none has, or long ago
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	Stored    Stored
}

// Failure says why the last change of an environment failed.
type Failure struct {
	Operation string
	Code      string
	Message   string
	At        time.Time
	Remaining []string // after a deletion: what is left, by name
}

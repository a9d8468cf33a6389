package platform

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Mode is what a deployment does with its manifest.
type Mode string

// The modes of a deployment.
const (
	ModeDeploy  Mode = "deploy"
	ModePlan    Mode = "plan"    // stop after the plan
	ModeDrift   Mode = "drift"   // plan what is deployed once more, to see whether it still is so; operations alone have it
	ModeDestroy Mode = "destroy" // the empty manifest, with proof that nothing is left

	// ModeApply is what a run is told that applies a plan which was approved. No deployment has it.
	ModeApply Mode = "apply"
)

// Deployment is the immutable record of a manifest that was asked for. What the run reports (Plan, Outputs) is filled in once.
type Deployment struct {
	ID          string
	Project     string
	Environment string
	Operation   string
	Mode        Mode

	Template        string
	TemplateVersion string
	Parameters      json.RawMessage
	Asked           *Manifest // as it was asked for; nil when a template was
	Manifest        Manifest  // with everything chosen and filled in that was left open
	Definitions     []PinnedDefinition
	Values          *PinnedValues // nil when the manifest uses none
	Bundle          BodyRef       // the rendered Terraform root, as the run will fetch it

	Adopts []AdoptedDrift // what it is to leave as it was found
	Power  Power          // of what hibernates or wakes; it changes nothing else. Empty: on
	From   *Source        // what it deployed again; nil when it was asked for by template or manifest

	Price  *Price // in a month, as the price sheet said when it was accepted; nil for what removes everything
	Before *Price // the like of what the environment was; nil where it was nothing
	// Need says who has to agree to the plan; nil when nobody has. Decisions are what people said, in order.
	Need      *ApprovalNeed
	Decisions []ApprovalDecision

	Plan    *Plan
	Outputs json.RawMessage

	CreatedAt time.Time
	CreatedBy string
	Askers    []Asker // the last is who made it; those before asked for what it tries again
	Stored    Stored
}

// ApprovalDecision is what somebody said of a plan.
type ApprovalDecision struct {
	By       string // object id
	At       time.Time
	Approved bool
	Comment  string
	Plan     string // digest of the plan that he saw
	// As are he himself and the groups through which he held something there, and Roles those of his token: with them it is asked again
	// whether he may.
	As     []Principal
	Roles  []Role
	Lapsed string // why it did not count any more when it was weighed last; empty: it counts
}

// Asker is who asked for a deployment, as policies see him: they are asked again when its plan is approved.
type Asker struct {
	ID   string
	Name string
	App  bool
}

func askerOf(c Caller) Asker { return Asker{c.ID, c.Name, c.App} }

// asker is who made the deployment, as policies see him.
func (d Deployment) asker() Asker {
	if n := len(d.Askers); n > 0 {
		return d.Askers[n-1]
	}
	return Asker{ID: d.CreatedBy}
}

// askedBy are the ids of all who asked for what the deployment does.
func (d Deployment) askedBy() []string {
	ids := []string{d.CreatedBy}
	for _, a := range d.Askers {
		ids = append(ids, a.ID)
	}
	return ids
}

// triedAgainBy are those of a deployment that c tries again, each once, and c last.
func (d Deployment) triedAgainBy(c Caller) []Asker {
	before := d.Askers
	if len(before) == 0 {
		before = []Asker{d.asker()}
	}
	before = slices.DeleteFunc(slices.Clone(before), func(a Asker) bool { return strings.EqualFold(a.ID, c.ID) })
	return append(before, askerOf(c))
}

// PinnedDefinition says which definition, in which version, builds a resource of a deployment.
type PinnedDefinition struct {
	Alias      string
	Type       string
	Definition string
	Version    string
	Secrets    []string // outputs that may leave a run as references to the vault only
}

func (p PinnedDefinition) equal(q PinnedDefinition) bool {
	return p.Alias == q.Alias && p.Type == q.Type && p.Definition == q.Definition && p.Version == q.Version
}

// Plan is what the engine said it would change. Digest is the SHA-256 of the plan file, in hex.
type Plan struct {
	Digest  string
	Counts  Counts
	Changes []Change
	Drift   []ResourceDrift // with ModeDrift; never stored with a deployment
}

// Counts of a plan, in resources of the engine. What is made anew is added and removed.
type Counts struct {
	Add, Change, Remove int
}

// Unlisted is what the plan counts and does not list, because there is too much of it. Who approves has not seen that.
func (p Plan) Unlisted() Counts {
	left := p.Counts
	for _, ch := range p.Changes {
		switch ch.Action {
		case "add":
			left.Add--
		case DriftChanged:
			left.Change--
		case DriftRemoved:
			left.Remove--
		default:
			left.Add--
			left.Remove--
		}
	}
	return Counts{max(0, left.Add), max(0, left.Change), max(0, left.Remove)}
}

// Change is one resource that a plan touches.
type Change struct {
	Address string
	Action  string // add, change, replace, remove
	// Properties are those that differ, by path; none of what is removed. MoreProperties counts those that are not listed.
	Properties     []PropertyChange
	MoreProperties int
}

// PropertyChange is a property that a plan changes. What is sensitive left the agent without its values.
type PropertyChange struct {
	Path          string
	Before, After *string // nil: nothing, or not to be shown
	Sensitive     bool
	Unknown       bool // what it becomes is known only when it is applied
	Replaces      bool // because of it the resource is made anew
}

package platform

import (
	"encoding/json"
	"time"
)

// Mode is what a deployment does with its manifest.
type Mode string

// The modes of a deployment.
const (
	ModeDeploy  Mode = "deploy"
	ModePlan    Mode = "plan"    // stop after the plan
	ModeDestroy Mode = "destroy" // the empty manifest, with proof that nothing is left
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

	From *Source // what it deployed again; nil when it was asked for by template or manifest

	Price   *Price // in a month, as the price sheet said when it was accepted; nil for what removes everything
	Plan    *Plan
	Outputs json.RawMessage

	CreatedAt time.Time
	CreatedBy string
	Stored    Stored
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
}

// Counts of a plan, in resources of the engine.
type Counts struct {
	Add, Change, Remove int
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

package platform

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ResourceType is the contract of a kind of resource.
type ResourceType struct {
	Name        string
	Version     string
	Title       string
	Description string
	Docs        string // Markdown, for whoever wants to know more; may be empty
	Inputs      Schema
	Outputs     Schema
}

// ResourceDefinition is one way to build a resource type.
type ResourceDefinition struct {
	Name        string
	Version     string
	Title       string
	Description string
	Type        string
	Module      string            // path of the Terraform module in the modules folder, such as local/postgres
	Inputs      json.RawMessage   // fixed by the platform: a request cannot change them; nil when none
	Defaults    json.RawMessage   // used where a request says nothing, before the defaults of the type; nil when none
	Outputs     []string          // that its module gives, where it says so itself
	Files       map[string]string // of its module, by name; nil for one that is proposed before it is written
	Match       []Rule            // it applies when one of them does
	Power       bool              // its module has the variable power, and honours off
	Price       []PriceItem       // what it costs; empty and not nil: nothing
}

// Target is what a definition builds on, local or azure: the first folder of its module.
func (d ResourceDefinition) Target() string {
	target, _, _ := strings.Cut(d.Module, "/")
	return target
}

// Rule says when a definition applies; empty fields match anything.
type Rule struct {
	EnvironmentType string
	Project         string
	Class           string
}

// Template is a golden path: parameters, and the manifest that they expand to.
type Template struct {
	Name        string
	Title       string
	Description string
	Docs        string // Markdown; may be empty
	Version     string
	Owner       string
	Tags        []string
	Takes       string // how long it usually takes, for people
	Parameters  Schema
	Manifest    Manifest // with ${parameters.…} placeholders
}

// EnvironmentType says what holds for all environments of a kind.
type EnvironmentType struct {
	Name        string
	Version     string
	Title       string
	Description string
	Templates   []string       // names, or "*"
	Region      string         // of Azure, for prices and placement; empty is the installation's own
	Approvals   *Approvals     // asked for always; nil when none
	Budget      *Budget        // of each of its environments; nil when there is none
	Expiry      *ExpiryRule    // nil: its environments stay
	Calendar    *Calendar      // that an environment may take; nil when none is offered
	Drift       *DriftSchedule // nil: looked for when somebody asks
}

// Approvals says who has to agree to a deployment.
type Approvals struct {
	Count           int // from 1
	Role            Role
	NotTheRequester bool
	Days            int // how long a plan waits; 0 means approvalDays
}

// approvalDays is how many days a plan waits for approval where nothing else is said.
const approvalDays = 7

func (a Approvals) wait() time.Duration {
	return time.Duration(cmp.Or(a.Days, approvalDays)) * 24 * time.Hour
}

// Budget bounds what something may cost in a month, in the currency of the price sheet.
type Budget struct {
	Monthly Money
	Over    OverBudget
}

// OverBudget says what becomes of a request that costs more than its budget.
type OverBudget string

// What becomes of a request over budget.
const (
	OverApprove OverBudget = "approve" // it needs an approval
	OverRefuse  OverBudget = "refuse"
)

// Policy is a rule of the platform team over requests, with the sentence that a person reads when it refuses.
type Policy struct {
	Name        string
	Version     string
	Title       string
	Description string
	When        string // CEL: the requests that it speaks of; empty means all
	Require     string // CEL: what must be true of them
	Message     string
	Program     PolicyProgram
}

// PolicyProgram is a compiled policy. It is safe for concurrent use. internal/policy makes them.
type PolicyProgram interface {
	// Judge tells whether a policy speaks of a request, and if so whether it may pass. An error means that it could not be
	// evaluated, and that the request may not pass. What is in a request stands in internal/policy.
	Judge(request map[string]any) (applies, passed bool, err error)
}

// PolicyError says what is wrong with an expression of a policy.
type PolicyError struct {
	Field   string // when or require
	Message string // a sentence
}

func (e *PolicyError) Error() string { return e.Field + ": " + e.Message }

// Schema is a JSON Schema 2020-12 with its compiled form.
type Schema struct {
	JSON     json.RawMessage
	Compiled *jsonschema.Schema
}

// Manifest is the desired state of an environment.
type Manifest struct {
	Resources map[string]Resource
	Workloads map[string]map[string]any // Score documents by name, decoded; numbers are json.Number
}

// Resource is one resource of a manifest: what is wanted, never how it is built.
type Resource struct {
	Type   string
	Class  string
	Inputs map[string]any // decoded JSON; numbers are json.Number
}

package platform

import (
	"encoding/json"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ResourceType is the contract of a kind of resource.
type ResourceType struct {
	Name        string
	Title       string
	Description string
	Inputs      Schema
	Outputs     Schema
}

// ResourceDefinition is one way to build a resource type.
type ResourceDefinition struct {
	Name    string
	Version string
	Type    string
	Module  string          // path of the Terraform module in the modules folder, such as local/postgres
	Inputs  json.RawMessage // fixed by the platform: a request cannot change them; nil when none
	Match   []Rule          // it applies when one of them does
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
	Version     string
	Owner       string
	Tags        []string
	Takes       string // how long it usually takes, for people
	Parameters  Schema
	Manifest    Manifest // with ${parameters.…} placeholders
}

// EnvironmentType says what holds for all environments of a kind.
type EnvironmentType struct {
	Name      string
	Title     string
	Templates []string // names, or "*"
}

// Schema is a JSON Schema 2020-12 with its compiled form.
type Schema struct {
	JSON     json.RawMessage
	Compiled *jsonschema.Schema
}

// Manifest is the desired state of an environment.
type Manifest struct {
	Resources map[string]Resource
}

// Resource is one resource of a manifest: what is wanted, never how it is built.
type Resource struct {
	Type   string
	Class  string
	Inputs map[string]any // decoded JSON; numbers are json.Number
}

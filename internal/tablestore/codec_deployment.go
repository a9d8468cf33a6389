package tablestore

import (
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of a deployment; all written by Commit with Deployment: everything but plan and outputs when it is accepted,
// those two when its run has reported them.
//
//	id, environment, operation, mode, power, template, templateVersion, createdAt, createdBy
//	parameters, outputs  JSON as it came
//	manifest             canonical JSON
//	asked                the like; absent when a template was asked for
//	definitions          JSON list of {alias, type, definition, version, secrets}
//	values               JSON {project, environment, digest}: the versions of the values that it uses; absent when it uses none
//	from                 JSON {environment, deployment, valuesGoAlong}: what it deployed again; absent when it is new
//	bundle               JSON {id, digest, size}: the rendered root in lazulibodies
//	price                JSON {currency, monthly, off, unknown: [{alias, meter, reason}], items: [{alias, meter, quantity, monthly}]}
//	before               the like, of what the environment was
//	need                 JSON {count, role, notTheRequester, days, reasons}: who has to approve; absent when nobody has
//	decisions            JSON list of {by, at, approved, comment, plan, as: [{kind, id}], roles, lapsed}; grows while the operation waits
//	askers               JSON list of {id, name, app}: who asked, the last for this
//	adopts               JSON list of {address, property, alias, input}: drift that it keeps; absent when it keeps none
//	plan                 JSON {digest, add, change, remove, changes: [{address, action, properties: [{path, before, after,
//	                     sensitive, unknown, replaces}], more}]}

func deploymentPrefix(environment string) string { return keyOf("dep", environment) + separator }

// deploymentKey inverts the id, which is a ULID: a list is newest first.
func deploymentKey(environment, id string) string { return keyOf("dep", environment, inverted(id)) }

type storedPinned struct {
	Alias      string   `json:"alias"`
	Type       string   `json:"type"`
	Definition string   `json:"definition"`
	Version    string   `json:"version"`
	Secrets    []string `json:"secrets,omitempty"`
}

type storedPinnedValues struct {
	Project     int64  `json:"project"`
	Environment int64  `json:"environment"`
	Digest      string `json:"digest"`
}

type storedSource struct {
	Environment   string `json:"environment"`
	Deployment    string `json:"deployment"`
	ValuesGoAlong bool   `json:"valuesGoAlong,omitempty"`
}

type storedChange struct {
	Address    string           `json:"address"`
	Action     string           `json:"action"`
	Properties []storedProperty `json:"properties,omitempty"`
	More       int              `json:"more,omitempty"`
}

type storedProperty struct {
	Path      string  `json:"path"`
	Before    *string `json:"before,omitempty"`
	After     *string `json:"after,omitempty"`
	Sensitive bool    `json:"sensitive,omitempty"`
	Unknown   bool    `json:"unknown,omitempty"`
	Replaces  bool    `json:"replaces,omitempty"`
}

func encodeChange(c platform.Change) storedChange {
	return storedChange{c.Address, c.Action, mapped(c.Properties, func(p platform.PropertyChange) storedProperty { return storedProperty(p) }), c.MoreProperties}
}

func decodeChange(c storedChange) platform.Change {
	return platform.Change{Address: c.Address, Action: c.Action, MoreProperties: c.More,
		Properties: mapped(c.Properties, func(p storedProperty) platform.PropertyChange { return platform.PropertyChange(p) })}
}

type storedPlan struct {
	Digest  string         `json:"digest"`
	Add     int            `json:"add"`
	Change  int            `json:"change"`
	Remove  int            `json:"remove"`
	Changes []storedChange `json:"changes,omitempty"`
}

func encodePlan(p platform.Plan) storedPlan {
	return storedPlan{
		Digest: p.Digest, Add: p.Counts.Add, Change: p.Counts.Change, Remove: p.Counts.Remove,
		Changes: mapped(p.Changes, encodeChange),
	}
}

func decodePlan(p storedPlan) platform.Plan {
	return platform.Plan{
		Digest: p.Digest, Counts: platform.Counts{Add: p.Add, Change: p.Change, Remove: p.Remove},
		Changes: mapped(p.Changes, decodeChange),
	}
}

func encodeDeployment(d platform.Deployment) (*row, error) {
	r := newRow(keyOf(d.Project), deploymentKey(d.Environment, d.ID))
	r.text("id", d.ID)
	r.text("environment", d.Environment)
	r.text("operation", d.Operation)
	r.text("mode", string(d.Mode))
	r.text("power", string(d.Power))
	r.text("template", d.Template)
	r.text("templateVersion", d.TemplateVersion)
	r.text("parameters", string(d.Parameters))
	r.text("manifest", string(d.Manifest.JSON()))
	if d.Asked != nil {
		r.text("asked", string(d.Asked.JSON()))
	}
	r.text("outputs", string(d.Outputs))
	r.moment("createdAt", d.CreatedAt)
	r.text("createdBy", d.CreatedBy)
	definitions := mapped(d.Definitions, func(p platform.PinnedDefinition) storedPinned { return storedPinned(p) })
	plan := mappedPointer(d.Plan, encodePlan)
	price := mappedPointer(d.Price, encodePrice)
	before := mappedPointer(d.Before, encodePrice)
	need := mappedPointer(d.Need, encodeNeed)
	decisions := mapped(d.Decisions, encodeDecision)
	values := mappedPointer(d.Values, func(v platform.PinnedValues) storedPinnedValues { return storedPinnedValues(v) })
	from := mappedPointer(d.From, func(s platform.Source) storedSource { return storedSource(s) })
	askers := mapped(d.Askers, func(a platform.Asker) storedAsker { return storedAsker(a) })
	adopts := mapped(d.Adopts, func(a platform.AdoptedDrift) storedAdopted { return storedAdopted(a) })
	return r, r.documents(
		document{"from", from, from != nil},
		document{"definitions", definitions, definitions != nil},
		document{"values", values, values != nil},
		document{"bundle", storedBodyRef(d.Bundle), d.Bundle != platform.BodyRef{}},
		document{"plan", plan, plan != nil},
		document{"price", price, price != nil},
		document{"before", before, before != nil},
		document{"need", need, need != nil},
		document{"decisions", decisions, len(decisions) > 0},
		document{"askers", askers, len(askers) > 0},
		document{"adopts", adopts, len(adopts) > 0},
	)
}

func decodeDeployment(r *storedRow, project, etag string) (platform.Deployment, error) {
	var definitions []storedPinned
	var bundle storedBodyRef
	var plan *storedPlan
	var values *storedPinnedValues
	var manifest platform.Manifest
	r.document("definitions", &definitions)
	r.document("bundle", &bundle)
	var price, before *storedPrice
	var need *storedNeed
	var decisions []storedDecision
	r.document("before", &before)
	r.document("need", &need)
	r.document("decisions", &decisions)
	r.document("plan", &plan)
	r.document("price", &price)
	r.document("values", &values)
	var from *storedSource
	r.document("from", &from)
	var adopts []storedAdopted
	r.document("adopts", &adopts)
	var askers []storedAsker
	r.document("askers", &askers)
	var asked *platform.Manifest
	r.document("manifest", &manifest)
	r.document("asked", &asked)
	d := platform.Deployment{
		ID: r.text("id"), Project: project, Environment: r.text("environment"), Operation: r.text("operation"),
		Mode: platform.Mode(r.text("mode")), Power: platform.Power(r.text("power")), Template: r.text("template"), TemplateVersion: r.text("templateVersion"),
		Parameters: r.json("parameters"), Asked: asked, Manifest: manifest,
		Definitions: mapped(definitions, func(p storedPinned) platform.PinnedDefinition { return platform.PinnedDefinition(p) }),
		From:        mappedPointer(from, func(s storedSource) platform.Source { return platform.Source(s) }),
		Values:      mappedPointer(values, func(v storedPinnedValues) platform.PinnedValues { return platform.PinnedValues(v) }),
		Bundle:      platform.BodyRef(bundle), Price: mappedPointer(price, decodePrice), Plan: mappedPointer(plan, decodePlan), Outputs: r.json("outputs"),
		Before: mappedPointer(before, decodePrice), Need: mappedPointer(need, decodeNeed), Decisions: mapped(decisions, decodeDecision),
		CreatedAt: r.moment("createdAt"), CreatedBy: r.text("createdBy"),
		Adopts: mapped(adopts, func(a storedAdopted) platform.AdoptedDrift { return platform.AdoptedDrift(a) }),
		Askers: mapped(askers, func(a storedAsker) platform.Asker { return platform.Asker(a) }),
		Stored: versionOf(r, etag),
	}
	return d, r.err
}

package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// getDriftReport answers GET /v1/projects/{project}/environments/{environment}/drift.
func (a *API) getDriftReport(w http.ResponseWriter, r *http.Request) error {
	report, err := a.service.GetDriftReport(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, driftReportOf(report))
}

// checkDrift answers POST /v1/projects/{project}/environments/{environment}/drift.
func (a *API) checkDrift(w http.ResponseWriter, r *http.Request) error {
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	op, err := a.service.CheckDrift(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), operation)
	if err != nil {
		return err
	}
	return a.accepted(w, op)
}

// putBackDrift answers POST /v1/projects/{project}/environments/{environment}/drift/put-back.
func (a *API) putBackDrift(w http.ResponseWriter, r *http.Request) error {
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	op, err := a.service.PutBackDrift(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), operation)
	if err != nil {
		return err
	}
	return a.accepted(w, op)
}

// adoptDrift answers POST /v1/projects/{project}/environments/{environment}/drift/adoptions.
func (a *API) adoptDrift(w http.ResponseWriter, r *http.Request) error {
	var body api.DriftAdoptionSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	done, err := a.service.AdoptDrift(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), value(body.PutBackRest), operation)
	if err != nil {
		return err
	}
	out := api.DriftAdoption{Operation: operationOf(done.Operation), Adopted: []api.AdoptedDrift{}, PutBack: []api.UnadoptedDrift{}}
	for _, adopted := range done.Adopted {
		out.Adopted = append(out.Adopted, api.AdoptedDrift{Address: adopted.Address, Property: adopted.Property, Alias: adopted.Alias, Input: adopted.Input})
	}
	for _, rest := range done.PutBack {
		out.PutBack = append(out.PutBack, api.UnadoptedDrift{Address: rest.Address, Property: optional(rest.Property), Reason: rest.Reason})
	}
	a.operationHeaders(w, done.Operation)
	return answer(w, http.StatusAccepted, out)
}

// ignoreDrift answers POST /v1/projects/{project}/environments/{environment}/drift/notes.
func (a *API) ignoreDrift(w http.ResponseWriter, r *http.Request) error {
	var body api.DriftNoteSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	spec := platform.DriftNoteSpec{Address: body.Address, Path: value(body.Path), Until: body.Until, Reason: body.Reason}
	report, err := a.service.IgnoreDrift(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), spec)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, driftReportOf(report))
}

// deleteDriftNote answers DELETE /v1/projects/{project}/environments/{environment}/drift/notes/{note}.
func (a *API) deleteDriftNote(w http.ResponseWriter, r *http.Request) error {
	err := a.service.DeleteDriftNote(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), pathValue(r, "note"))
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// maxFound bounds a value that is told whole, and maxFoundOf how many of one resource are.
const (
	maxFound   = 4 << 10
	maxFoundOf = 100
)

// driftFrom reads what a run found changed outside.
func driftFrom(drift []api.PlanDrift) ([]platform.ResourceDrift, error) {
	if len(drift) > 1000 {
		return nil, invalidChange("has too much drift")
	}
	var out []platform.ResourceDrift
	for _, d := range drift {
		if !d.Action.Valid() || len(d.Found) > maxFoundOf {
			return nil, invalidChange("has drift with an unknown action, or too many values")
		}
		change, err := changeFrom(d.Address, string(d.Action), d.Properties, value(d.MoreProperties))
		if err != nil {
			return nil, err
		}
		found := map[string]json.RawMessage{}
		for name, v := range d.Found {
			text, err := json.Marshal(v)
			if err != nil || len(text) > maxFound || len(name) > maxPlanText {
				return nil, invalidChange("has a value that is too long")
			}
			found[name] = text
		}
		out = append(out, platform.ResourceDrift{Change: change, Found: found})
	}
	return out, nil
}

func driftReportOf(r platform.DriftReport) api.DriftReport {
	out := api.DriftReport{Status: api.DriftStatus(r.Status), CheckedAt: optionalTime(r.Check.At), Operation: optional(r.Check.Operation), Reason: optional(r.Check.Unknown),
		Resources: driftedOf(r.Resources), Ignored: driftedOf(r.Ignored), Notes: []api.DriftNote{}}
	if k := r.Known; k != nil {
		out.FoundAt, out.Deployment = optionalTime(k.At), optional(k.Deployment)
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, api.DriftNote{ID: n.ID, Address: n.Address, Path: optional(n.Path), Until: n.Until.UTC(), Reason: n.Reason, By: n.By, At: n.At.UTC()})
	}
	return out
}

func driftedOf(resources []platform.DriftedResource) []api.DriftedResource {
	out := []api.DriftedResource{}
	for _, r := range resources {
		properties := []api.DriftedProperty{}
		for _, p := range r.Properties {
			properties = append(properties, api.DriftedProperty{Path: p.Path, Expected: p.Expected, Found: p.Found, Sensitive: optional(p.Sensitive), Unknown: optional(p.Unknown)})
		}
		out = append(out, api.DriftedResource{Address: r.Address, Alias: optional(r.Alias), Action: api.DriftedResourceAction(r.Action), Outside: r.Outside, Planned: r.Planned,
			Properties: properties, MoreProperties: optional(r.MoreProperties)})
	}
	return out
}

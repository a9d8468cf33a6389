package httpapi

import (
	"fmt"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// deploymentBody is api.DeploymentSpec, its data kept as it was sent (see environmentBody).
type deploymentBody struct {
	Mode string `json:"mode"`
	environmentBody
}

// createDeployment answers POST /v1/projects/{project}/environments/{environment}/deployments.
func (a *API) createDeployment(w http.ResponseWriter, r *http.Request) error {
	body := deploymentBody{Mode: string(platform.ModeDeploy)}
	if err := decode(r, &body); err != nil {
		return err
	}
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	spec := platform.DeploymentSpec{Mode: platform.Mode(body.Mode), EnvironmentSpec: body.spec()}
	done, err := a.service.CreateDeployment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), spec, operation)
	if err != nil {
		return err
	}
	return a.accepted(w, *done.Operation)
}

// previewDeployment answers POST /v1/projects/{project}/environments/{environment}/deployments/preview.
func (a *API) previewDeployment(w http.ResponseWriter, r *http.Request) error {
	var body environmentBody
	if err := decode(r, &body); err != nil {
		return err
	}
	p, err := a.service.PreviewDeployment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), body.spec())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, previewOf(p))
}

// getDeployment answers GET /v1/projects/{project}/environments/{environment}/deployments/{deployment}.
func (a *API) getDeployment(w http.ResponseWriter, r *http.Request) error {
	dep, err := a.service.GetDeployment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), pathValue(r, "deployment"))
	if err != nil {
		return err
	}
	body, err := deploymentOf(dep)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}

// listDeployments answers GET /v1/projects/{project}/environments/{environment}/deployments.
func (a *API) listDeployments(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	deployments, next, err := a.service.ListDeployments(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), page)
	if err != nil {
		return err
	}
	list := api.DeploymentList{Value: []api.Deployment{}, NextLink: a.nextLink(r, next)}
	for _, dep := range deployments {
		item, err := deploymentOf(dep)
		if err != nil {
			return err
		}
		list.Value = append(list.Value, item)
	}
	return answer(w, http.StatusOK, list)
}

func deploymentOf(dep platform.Deployment) (api.Deployment, error) {
	parameters, err := object(dep.Parameters)
	if err != nil {
		return api.Deployment{}, fmt.Errorf("deployment %s: %w", dep.ID, err)
	}
	out := api.Deployment{
		ID: dep.ID, Project: dep.Project, Environment: dep.Environment, Operation: dep.Operation, Mode: api.DeploymentMode(dep.Mode), Power: optional(api.DeploymentPower(dep.Power)),
		Template: optional(dep.Template), TemplateVersion: optional(dep.TemplateVersion), Parameters: parameters,
		Manifest: manifestOf(dep.Manifest), Definitions: []api.PinnedDefinition{}, CreatedAt: dep.CreatedAt.UTC(), CreatedBy: dep.CreatedBy,
	}
	if dep.Asked != nil {
		asked := manifestOf(*dep.Asked)
		out.Asked = &asked
	}
	for _, pin := range dep.Definitions {
		out.Definitions = append(out.Definitions, api.PinnedDefinition{Alias: pin.Alias, Type: pin.Type, Definition: pin.Definition, Version: pin.Version})
	}
	if f := dep.From; f != nil {
		out.From = &api.DeploymentSource{Environment: optional(f.Environment), Deployment: optional(f.Deployment), ValuesGoAlong: optional(f.ValuesGoAlong)}
	}
	if dep.Price != nil {
		price := priceOf(*dep.Price)
		out.Price = &price
	}
	if dep.Values != nil {
		out.Values = &api.DeploymentValues{ProjectVersion: dep.Values.Project, EnvironmentVersion: dep.Values.Environment}
	}
	if dep.Plan != nil {
		plan := planOf(*dep.Plan)
		out.Plan = &plan
	}
	if len(dep.Outputs) > 0 {
		outputs, err := outputsOf(dep.Outputs)
		if err != nil {
			return api.Deployment{}, fmt.Errorf("deployment %s: %w", dep.ID, err)
		}
		out.Outputs = &outputs
	}
	return out, nil
}

func planOf(p platform.Plan) api.Plan {
	out := api.Plan{Digest: p.Digest, Counts: api.PlanCounts(p.Counts), Changes: []api.PlanChange{}}
	for _, ch := range p.Changes {
		told := api.PlanChange{Address: ch.Address, Action: api.PlanChangeAction(ch.Action), MoreProperties: optional(ch.MoreProperties)}
		for _, p := range ch.Properties {
			told.Properties = append(told.Properties, api.PropertyChange{Path: p.Path, Before: p.Before, After: p.After,
				Sensitive: optional(p.Sensitive), Unknown: optional(p.Unknown), Replaces: optional(p.Replaces)})
		}
		out.Changes = append(out.Changes, told)
	}
	if unlisted := p.Unlisted(); unlisted != (platform.Counts{}) {
		counts := api.PlanCounts(unlisted)
		out.Unlisted = &counts
	}
	return out
}

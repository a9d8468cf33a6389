package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listResourceTypes answers GET /v1/resource-types.
func (a *API) listResourceTypes(w http.ResponseWriter, r *http.Request) error {
	types, err := a.service.ListResourceTypes(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	list := api.ResourceTypeList{Value: []api.ResourceType{}}
	for _, t := range types {
		item, err := resourceTypeOf(t)
		if err != nil {
			return err
		}
		item.Docs = nil // a page of its own shows them
		list.Value = append(list.Value, item)
	}
	return answer(w, http.StatusOK, list)
}

// getResourceType answers GET /v1/resource-types/{resourceType}.
func (a *API) getResourceType(w http.ResponseWriter, r *http.Request) error {
	t, err := a.service.GetResourceType(r.Context(), callerFrom(r), pathValue(r, "resourceType"))
	if err != nil {
		return err
	}
	item, err := resourceTypeOf(t)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, item)
}

func resourceTypeOf(t platform.ResourceType) (api.ResourceType, error) {
	inputs, err := object(t.Inputs.JSON)
	if err != nil {
		return api.ResourceType{}, err
	}
	outputs, err := object(t.Outputs.JSON)
	return api.ResourceType{Name: t.Name, Title: t.Title, Description: optional(t.Description), Docs: optional(t.Docs), Version: t.Version, Inputs: inputs, Outputs: outputs}, err
}

// listTemplates answers GET /v1/templates.
func (a *API) listTemplates(w http.ResponseWriter, r *http.Request) error {
	templates, err := a.service.ListTemplates(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	prices, err := a.service.PriceTemplates(r.Context(), callerFrom(r), templates)
	if err != nil {
		return err
	}
	list := api.TemplateList{Value: []api.Template{}}
	for _, t := range templates {
		item, err := templateOf(t, prices)
		if err != nil {
			return err
		}
		item.Docs = nil // a page of its own shows them
		list.Value = append(list.Value, item)
	}
	return answer(w, http.StatusOK, list)
}

// getTemplate answers GET /v1/templates/{template}.
func (a *API) getTemplate(w http.ResponseWriter, r *http.Request) error {
	t, err := a.service.GetTemplate(r.Context(), callerFrom(r), pathValue(r, "template"))
	if err != nil {
		return err
	}
	prices, err := a.service.PriceTemplates(r.Context(), callerFrom(r), []platform.Template{t})
	if err != nil {
		return err
	}
	item, err := templateOf(t, prices)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, item)
}

func templateOf(t platform.Template, prices map[string]platform.Price) (api.Template, error) {
	parameters, err := object(t.Parameters.JSON)
	if parameters == nil {
		parameters = map[string]any{"type": "object"}
	}
	var price *api.Price
	if known, ok := prices[t.Name]; ok {
		p := priceOf(known)
		price = &p
	}
	return api.Template{Price: price, Name: t.Name, Title: t.Title, Description: optional(t.Description), Docs: optional(t.Docs), Version: t.Version, Owner: optional(t.Owner),
		Tags: t.Tags, Takes: optional(t.Takes), Parameters: parameters, Manifest: manifestOf(t.Manifest)}, err
}

// listEnvironmentTypes answers GET /v1/environment-types.
func (a *API) listEnvironmentTypes(w http.ResponseWriter, r *http.Request) error {
	types, err := a.service.ListEnvironmentTypes(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	list := api.EnvironmentTypeList{Value: []api.EnvironmentType{}}
	for _, t := range types {
		item := api.EnvironmentType{Name: t.Name, Title: t.Title, Description: optional(t.Description), Version: t.Version, Templates: t.Templates,
			Region: optional(t.Region), Budget: budgetOf(t.Budget), Expiry: expiryRuleOf(t.Expiry), Hibernate: calendarOf(t.Calendar)}
		if a := t.Approvals; a != nil {
			item.Approvals = &api.ApprovalRule{Count: a.Count, Role: string(a.Role), NotTheRequester: a.NotTheRequester, Days: optional(a.Days)}
		}
		list.Value = append(list.Value, item)
	}
	return answer(w, http.StatusOK, list)
}

func manifestOf(m platform.Manifest) api.Manifest {
	out := api.Manifest{Resources: map[string]api.ManifestResource{}}
	for alias, r := range m.Resources {
		out.Resources[alias] = api.ManifestResource{Type: r.Type, Class: optional(r.Class), Inputs: r.Inputs}
	}
	for name, document := range m.Workloads {
		if out.Workloads == nil {
			out.Workloads = map[string]api.ScoreDocument{}
		}
		out.Workloads[name] = document
	}
	return out
}

package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// catalogKinds are the kinds as addresses name them.
var catalogKinds = map[string]platform.CatalogKind{
	"resource-type":       platform.KindResourceType,
	"resource-definition": platform.KindResourceDefinition,
	"template":            platform.KindTemplate,
	"environment-type":    platform.KindEnvironmentType,
	"policy":              platform.KindPolicy,
}

func kindOf(k platform.CatalogKind) api.CatalogKind {
	for name, kind := range catalogKinds {
		if kind == k {
			return api.CatalogKind(name)
		}
	}
	return api.CatalogKind(k)
}

// getCatalog answers GET /v1/catalog.
func (a *API) getCatalog(w http.ResponseWriter, r *http.Request) error {
	head, items, err := a.service.GetCatalog(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, api.Catalog{Revision: head.Revision, Items: len(items), Commit: optional(head.Commit),
		PublishedAt: optionalTime(head.PublishedAt), PublishedBy: optional(head.PublishedBy)})
}

// listCatalogItems answers GET /v1/catalog/items.
func (a *API) listCatalogItems(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	only := platform.CatalogFilter{Name: query.Get("name"), Status: platform.ItemStatus(query.Get("inStatus"))}
	if name := query.Get("kind"); name != "" {
		if only.Kind = catalogKinds[name]; only.Kind == "" {
			return platform.Errorf(platform.Invalid, "There is no kind %q in the catalog.", clip(name))
		}
	}
	items, next, err := a.service.ListCatalogItems(r.Context(), callerFrom(r), only, page)
	if err != nil {
		return err
	}
	list := api.CatalogItemList{Value: []api.CatalogItem{}, NextLink: a.nextLink(r, next)}
	for _, item := range items {
		out, err := catalogItemOf(item)
		if err != nil {
			return err
		}
		out.Document, out.Files = nil, nil
		list.Value = append(list.Value, out)
	}
	return answer(w, http.StatusOK, list)
}

// getCatalogItem answers GET /v1/catalog/items/{kind}/{name}/{version}.
func (a *API) getCatalogItem(w http.ResponseWriter, r *http.Request) error {
	item, err := a.service.GetCatalogItem(r.Context(), callerFrom(r), catalogKinds[pathValue(r, "kind")], pathValue(r, "name"), pathValue(r, "version"))
	if err != nil {
		return err
	}
	return answerCatalogItem(w, http.StatusOK, item)
}

func answerCatalogItem(w http.ResponseWriter, status int, item platform.CatalogItem) error {
	out, err := catalogItemOf(item)
	if err != nil {
		return err
	}
	return answer(w, status, out)
}

func catalogItemOf(item platform.CatalogItem) (api.CatalogItem, error) {
	document, err := object(item.Document)
	if err != nil {
		return api.CatalogItem{}, err
	}
	metadata, _ := document["metadata"].(map[string]any)
	title, _ := metadata["title"].(string)
	out := api.CatalogItem{Kind: kindOf(item.Kind), Name: item.Name, Version: item.Version, Status: api.CatalogItemStatus(item.Status), Title: optional(title),
		Commit: optional(item.Commit), PublishedAt: item.PublishedAt.UTC(), PublishedBy: item.PublishedBy, Document: (*api.CatalogDocument)(&document)}
	if item.Files != nil {
		files := api.CatalogFiles(item.Files)
		out.Files = &files
	}
	return out, nil
}

// itemBody is api.CatalogItemSpec with the document kept as it was sent: its numbers must not pass through a float.
type itemBody struct {
	Document json.RawMessage   `json:"document"`
	Files    map[string]string `json:"files"`
}

// putCatalogItem answers PUT /v1/catalog/items/{kind}/{name}/{version}.
func (a *API) putCatalogItem(w http.ResponseWriter, r *http.Request) error {
	var body itemBody
	if err := decode(r, &body); err != nil {
		return err
	}
	item, err := a.service.ReadCatalogItem(r.Context(), callerFrom(r), body.Document, body.Files, "")
	if err != nil {
		return err
	}
	kind, name, version := catalogKinds[pathValue(r, "kind")], pathValue(r, "name"), pathValue(r, "version")
	if item.Kind != kind || item.Name != name || item.Version != version {
		return platform.Errorf(platform.Invalid, "The document is %s, and not what the address names.", item.Ref()).With(platform.Detail{Pointer: "/document", Message: "must be of the kind, name and version of the address"})
	}
	done, err := a.service.PublishCatalog(r.Context(), callerFrom(r), platform.Publication{Items: []platform.CatalogItem{item}})
	if err != nil {
		return err
	}
	if item, err = a.service.GetCatalogItem(r.Context(), callerFrom(r), kind, name, version); err != nil {
		return err
	}
	status := http.StatusOK
	if done.Changes[0].Action == platform.ItemAdded {
		status = http.StatusCreated
	}
	return answerCatalogItem(w, status, item)
}

// setCatalogItemStatus answers PUT /v1/catalog/items/{kind}/{name}/{version}/status.
func (a *API) setCatalogItemStatus(w http.ResponseWriter, r *http.Request) error {
	var body api.CatalogItemStatusSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	item, err := a.service.SetCatalogItemStatus(r.Context(), callerFrom(r), catalogKinds[pathValue(r, "kind")], pathValue(r, "name"), pathValue(r, "version"), platform.ItemStatus(body.Status))
	if err != nil {
		return err
	}
	return answerCatalogItem(w, http.StatusOK, item)
}

// publishCatalog answers POST /v1/catalog/publications.
func (a *API) publishCatalog(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Items  []itemBody `json:"items"`
		Commit string     `json:"commit"`
		DryRun bool       `json:"dryRun"`
	}
	if err := decode(r, &body); err != nil {
		return err
	}
	p := platform.Publication{Commit: body.Commit, DryRun: body.DryRun}
	for i, one := range body.Items {
		item, err := a.service.ReadCatalogItem(r.Context(), callerFrom(r), one.Document, one.Files, fmt.Sprintf("/items/%d", i))
		if err != nil {
			return err
		}
		p.Items = append(p.Items, item)
	}
	done, err := a.service.PublishCatalog(r.Context(), callerFrom(r), p)
	if err != nil {
		return err
	}
	out := api.CatalogPublished{Revision: done.Head.Revision, Changes: []api.CatalogItemChange{}}
	for _, ch := range done.Changes {
		out.Changes = append(out.Changes, api.CatalogItemChange{Kind: kindOf(ch.Kind), Name: ch.Name, Version: ch.Version,
			Action: api.CatalogItemChangeAction(ch.Action), Status: api.CatalogItemStatus(ch.Status)})
	}
	return answer(w, http.StatusOK, out)
}

// explainDefinitions answers POST /v1/catalog/explanations.
func (a *API) explainDefinitions(w http.ResponseWriter, r *http.Request) error {
	var body api.DefinitionRequest
	if err := decode(r, &body); err != nil {
		return err
	}
	spec := platform.ExplainSpec{EnvironmentType: body.EnvironmentType, Type: body.Type}
	if body.Project != nil {
		spec.Project = *body.Project
	}
	if body.Class != nil {
		spec.Class = *body.Class
	}
	candidates, err := a.service.ExplainDefinitions(r.Context(), callerFrom(r), spec)
	if err != nil {
		return err
	}
	out := api.DefinitionExplanation{Candidates: []api.DefinitionCandidate{}}
	for _, c := range candidates {
		out.Candidates = append(out.Candidates, api.DefinitionCandidate{Definition: c.Definition, Outcome: api.DefinitionCandidateOutcome(c.Outcome), Reason: c.Reason})
	}
	return answer(w, http.StatusOK, out)
}

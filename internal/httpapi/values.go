package httpapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The operations of values are there twice, for a project and for an environment; the path says which.

// valueBody is api.Value, its value kept as it was stored.
type valueBody struct {
	api.Value
	JSON json.RawMessage `json:"value,omitempty"`
}

// valuesBody is api.Values, valueVersionBody api.ValueVersionContent and valueDifferenceBody api.ValueDifference, likewise.
type valuesBody struct {
	api.Values
	Items []valueBody `json:"value"`
}

type valueVersionBody struct {
	api.ValueVersionContent
	Items []valueBody `json:"value"`
}

type valueDifferenceBody struct {
	api.ValueDifference
	Before *valueBody `json:"before,omitempty"`
	After  *valueBody `json:"after,omitempty"`
}

type valueDifferencesBody struct {
	api.ValueDifferences
	Items []valueDifferenceBody `json:"value"`
}

// valueChangesBody is api.ValueChanges, its values kept as they were sent (see environmentBody).
type valueChangesBody struct {
	Set map[string]struct {
		Value  json.RawMessage `json:"value"`
		Secret *string         `json:"secret"`
	} `json:"set"`
	Remove  []string `json:"remove"`
	Comment string   `json:"comment"`
}

func (b valueChangesBody) changes() platform.ValueChanges {
	out := platform.ValueChanges{Set: make(map[string]platform.NewValue, len(b.Set)), Remove: b.Remove, Comment: b.Comment}
	for key, value := range b.Set {
		out.Set[key] = platform.NewValue{JSON: value.Value, Secret: value.Secret}
	}
	return out
}

// valueScope is what the path is about; without an environment the project itself.
func valueScope(r *http.Request) platform.ValueScope {
	return platform.ValueScope{Project: pathValue(r, "project"), Environment: pathValue(r, "environment")}
}

// getValues answers getProjectValues and getEnvironmentValues, GET …/values.
func (a *API) getValues(w http.ResponseWriter, r *http.Request) error {
	values, err := a.service.GetValues(r.Context(), callerFrom(r), valueScope(r))
	if err != nil {
		return err
	}
	return answerValues(w, values)
}

// changeValues answers changeProjectValues and changeEnvironmentValues, PATCH …/values.
func (a *API) changeValues(w http.ResponseWriter, r *http.Request) error {
	var body valueChangesBody
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	changes := body.changes()
	if changes.Request, err = operationID(r); err != nil {
		return err
	}
	values, err := a.service.ChangeValues(r.Context(), callerFrom(r), valueScope(r), changes, pre)
	if err != nil {
		return err
	}
	return answerValues(w, values)
}

// restoreValues answers restoreProjectValues and restoreEnvironmentValues, POST …/value-restorations.
func (a *API) restoreValues(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Version *int64   `json:"version"`
		Keys    []string `json:"keys"`
		Comment string   `json:"comment"`
	}
	if err := decode(r, &body); err != nil {
		return err
	}
	if body.Version == nil {
		return platform.Errorf(platform.Invalid, "The body is not valid.").With(platform.Detail{Pointer: "/version", Message: "is required"})
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	values, err := a.service.RestoreValues(r.Context(), callerFrom(r), valueScope(r), *body.Version, body.Keys, body.Comment, pre)
	if err != nil {
		return err
	}
	return answerValues(w, values)
}

// listValueVersions answers listProjectValueVersions and listEnvironmentValueVersions, GET …/value-versions.
func (a *API) listValueVersions(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	versions, next, err := a.service.ListValueVersions(r.Context(), callerFrom(r), valueScope(r), page)
	if err != nil {
		return err
	}
	list := api.ValueVersionList{Value: []api.ValueVersion{}, NextLink: a.nextLink(r, next)}
	for _, v := range versions {
		list.Value = append(list.Value, api.ValueVersion{Version: v.Number, Author: v.Author, At: v.At.UTC(), Comment: optional(v.Comment), Changes: valueChangesOf(v)})
	}
	return answer(w, http.StatusOK, list)
}

// getValueVersion answers getProjectValueVersion and getEnvironmentValueVersion, GET …/value-versions/{valueVersion}.
func (a *API) getValueVersion(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(pathValue(r, "valueVersion"), 10, 64)
	if err != nil || number < 1 {
		return platform.Errorf(platform.NotFound, "A version of values is a number from 1 on.")
	}
	v, err := a.service.GetValueVersion(r.Context(), callerFrom(r), valueScope(r), number)
	if err != nil {
		return err
	}
	body := valueVersionBody{Items: valuesIn(v)}
	body.Version, body.Author, body.At, body.Comment, body.Changes = v.Number, v.Author, v.At.UTC(), optional(v.Comment), valueChangesOf(v)
	return answer(w, http.StatusOK, body)
}

// getValueDifferences answers getProjectValueDifferences and getEnvironmentValueDifferences, GET …/value-differences.
func (a *API) getValueDifferences(w http.ResponseWriter, r *http.Request) error {
	from, err := versionAsked(r, "from")
	if err != nil {
		return err
	}
	to, err := versionAsked(r, "to")
	if err != nil {
		return err
	}
	scope := valueScope(r)
	before, after, differences, err := a.service.CompareValueVersions(r.Context(), callerFrom(r), scope, from, to)
	if err != nil {
		return err
	}
	body := valueDifferencesBody{Items: []valueDifferenceBody{}}
	body.From, body.To = before.Number, after.Number
	for _, d := range differences {
		item := valueDifferenceBody{ValueDifference: api.ValueDifference{Key: d.Key, Action: api.ValueDifferenceAction(d.Action)}}
		if d.Before != nil {
			b := valueOf(d.Key, platform.EffectiveValue{Value: *d.Before, Scope: scope})
			item.Before = &b
		}
		if d.After != nil {
			b := valueOf(d.Key, platform.EffectiveValue{Value: *d.After, Scope: scope})
			item.After = &b
		}
		body.Items = append(body.Items, item)
	}
	return answer(w, http.StatusOK, body)
}

// versionAsked is a version in the query; nil when there is none.
func versionAsked(r *http.Request, name string) (*int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return nil, nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 {
		return nil, platform.Errorf(platform.Invalid, "%s must be the number of a version.", name)
	}
	return &number, nil
}

func answerValues(w http.ResponseWriter, v platform.Values) error {
	scope := v.Head.Scope
	body := valuesBody{Items: []valueBody{}}
	body.Project, body.Environment, body.Version, body.Etag = scope.Project, optional(scope.Environment), v.Head.Number, etag(v.Head.Number)
	if scope.Environment != "" {
		body.ProjectVersion = &v.Beneath
	}
	for _, key := range v.Effective.Keys() {
		body.Items = append(body.Items, valueOf(key, v.Effective[key]))
	}
	w.Header().Set("ETag", body.Etag)
	return answer(w, http.StatusOK, body)
}

// valuesIn lists what a version itself has.
func valuesIn(v platform.ValueVersion) []valueBody {
	out := []valueBody{}
	for _, key := range slices.Sorted(maps.Keys(v.Values)) {
		out = append(out, valueOf(key, platform.EffectiveValue{Value: v.Values[key], Scope: v.Scope}))
	}
	return out
}

func valueOf(key string, v platform.EffectiveValue) valueBody {
	origin := api.ValueOriginProject
	if v.Scope.Environment != "" {
		origin = api.ValueOriginEnvironment
	}
	return valueBody{JSON: v.JSON, Value: api.Value{Key: key, Type: api.ValueType(v.Type()), Secret: v.IsSecret(), Reference: optional(v.Secret),
		Origin: origin, UpdatedAt: v.SetAt.UTC(), UpdatedBy: v.SetBy}}
}

func valueChangesOf(v platform.ValueVersion) []api.ValueChange {
	out := []api.ValueChange{}
	for _, c := range v.Changes {
		out = append(out, api.ValueChange{Key: c.Key, Action: api.ValueChangeAction(c.Action)})
	}
	return out
}

package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listRoles answers GET /v1/roles.
func (a *API) listRoles(w http.ResponseWriter, r *http.Request) error {
	roles, err := a.service.ListRoles(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	list := api.RoleDefinitionList{Value: []api.RoleDefinition{}}
	for _, d := range roles {
		list.Value = append(list.Value, roleOf(d))
	}
	return answer(w, http.StatusOK, list)
}

// getRole answers GET /v1/roles/{role}.
func (a *API) getRole(w http.ResponseWriter, r *http.Request) error {
	d, err := a.service.GetRole(r.Context(), callerFrom(r), platform.Role(pathValue(r, "role")))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(d.Revision))
	return answer(w, http.StatusOK, roleOf(d))
}

// putRole answers PUT /v1/roles/{role}.
func (a *API) putRole(w http.ResponseWriter, r *http.Request) error {
	var body api.RoleSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	spec := platform.RoleSpec{Title: body.Title}
	for _, action := range body.Actions {
		spec.Actions = append(spec.Actions, platform.Permission(action))
	}
	d, created, err := a.service.PutRole(r.Context(), callerFrom(r), platform.Role(pathValue(r, "role")), spec, pre)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(d.Revision))
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return answer(w, status, roleOf(d))
}

// deleteRole answers DELETE /v1/roles/{role}.
func (a *API) deleteRole(w http.ResponseWriter, r *http.Request) error {
	if err := a.service.DeleteRole(r.Context(), callerFrom(r), platform.Role(pathValue(r, "role"))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func roleOf(d platform.RoleDefinition) api.RoleDefinition {
	out := api.RoleDefinition{Name: string(d.Name), Title: d.Title, BuiltIn: d.BuiltIn, Assignable: d.Assignable(), Actions: []api.Action{}, UpdatedAt: optionalTime(d.UpdatedAt)}
	if !d.BuiltIn {
		tag := etag(d.Revision)
		out.Etag = &tag
	}
	for _, a := range d.Actions {
		out.Actions = append(out.Actions, string(a))
	}
	return out
}

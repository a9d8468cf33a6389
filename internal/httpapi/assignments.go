package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listAssignments answers GET /v1/assignments.
func (a *API) listAssignments(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	filter := platform.AssignmentFilter{PrincipalID: query.Get("principal"), Role: platform.Role(query.Get("withRole"))}
	if text := query.Get("scope"); text != "" {
		filter.ScopeGiven = true
		if filter.Scope, err = scopeFrom(text, ""); err != nil {
			return err
		}
	}
	found, next, err := a.service.ListAssignments(r.Context(), callerFrom(r), filter, page)
	if err != nil {
		return err
	}
	list := api.AssignmentList{Value: []api.Assignment{}, NextLink: a.nextLink(r, next)}
	for _, f := range found {
		list.Value = append(list.Value, assignmentOf(f))
	}
	return answer(w, http.StatusOK, list)
}

// createAssignment answers POST /v1/assignments.
func (a *API) createAssignment(w http.ResponseWriter, r *http.Request) error {
	var body api.AssignmentSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	scope, err := scopeFrom(body.Scope, "/scope")
	if err != nil {
		return err
	}
	made, created, err := a.service.CreateAssignment(r.Context(), callerFrom(r), platform.AssignmentSpec{Scope: scope,
		Principal: platform.Principal{Kind: kindFrom(body.Kind), ID: body.ID}, Role: platform.Role(body.Role), Comment: given(body.Comment), ExpiresAt: given(body.ExpiresAt)})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return answer(w, status, assignmentOf(made))
}

// deleteAssignment answers DELETE /v1/assignments/{assignment}.
func (a *API) deleteAssignment(w http.ResponseWriter, r *http.Request) error {
	if err := a.service.DeleteAssignment(r.Context(), callerFrom(r), pathValue(r, "assignment")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func assignmentOf(a platform.Assignment) api.Assignment {
	return api.Assignment{Assignment: a.ID, Scope: a.Scope.String(), ID: a.Principal.ID, Kind: api.PrincipalKind(a.Principal.Kind), Role: string(a.Role),
		ExpiresAt: optionalTime(a.ExpiresAt), Comment: optional(a.Comment), CreatedAt: a.CreatedAt.UTC(), CreatedBy: a.CreatedBy}
}

// scopeFrom reads a scope, or says what one looks like.
func scopeFrom(text, pointer string) (platform.Scope, error) {
	scope, ok := platform.ParseScope(text)
	if ok {
		return scope, nil
	}
	err := platform.Errorf(platform.Invalid, "%q is not a scope.", clip(text)).
		Do("Write /, /teams/NAME, /projects/NAME, /projects/NAME/environment-types/NAME or /projects/NAME/environments/NAME.")
	if pointer != "" {
		err = err.With(platform.Detail{Pointer: pointer, Message: "must be a scope"})
	}
	return scope, err
}

// kindFrom is a kind of principal as a caller wrote it; a user when he did not.
func kindFrom(kind *api.PrincipalKind) platform.PrincipalKind {
	if kind == nil {
		return platform.UserPrincipal
	}
	return platform.PrincipalKind(*kind)
}

func kindTo(kind platform.PrincipalKind) *api.PrincipalKind {
	out := api.PrincipalKind(kind)
	return &out
}

// given is the zero value for what was left out.
func given[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

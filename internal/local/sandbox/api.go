package sandbox

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// maxRequest bounds a request: inline files of a site are the largest thing in one.
const maxRequest = 8 << 20

// routes builds the control API.
func (s *Sandbox) routes() http.Handler {
	const resource = "/{kind}/{project}/{environment}/{name}"
	const extension = "/machines/{project}/{environment}/{name}/extensions/{extension}"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /leftovers", s.answer(s.getLeftovers))
	mux.HandleFunc("GET /secret-values", s.answer(s.getSecretValue))
	mux.HandleFunc("PUT "+resource, s.answer(s.putResource))
	mux.HandleFunc("GET "+resource, s.answer(s.getResource))
	mux.HandleFunc("DELETE "+resource, s.answer(s.deleteResource))
	mux.HandleFunc("POST "+resource+"/power", s.answer(s.setPower))
	mux.HandleFunc("PUT "+extension, s.answer(s.putExtension))
	mux.HandleFunc("GET "+extension, s.answer(s.getExtension))
	mux.HandleFunc("DELETE "+extension, s.answer(s.deleteExtension))
	return mux
}

// answer turns an operation into a handler: token, then JSON out or a problem. A nil value is 204.
func (s *Sandbox) answer(op func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(token), []byte(s.cfg.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeJSON(w, http.StatusUnauthorized, &sandboxapi.Problem{Code: "unauthorized", Message: "The sandbox's token is missing or wrong. Set LAZULI_SANDBOX_TOKEN."})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		value, err := op(r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if value == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		writeJSON(w, http.StatusOK, value)
	}
}

// refuse writes a problem. What is not one of ours is logged in full and told in full: the caller runs on this machine,
// holds the token, and has to repair it.
func (s *Sandbox) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var p *sandboxapi.Problem
	if !errors.As(err, &p) {
		s.cfg.Logger.Error("sandbox request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		p = &sandboxapi.Problem{Status: http.StatusInternalServerError, Code: "failed", Message: err.Error()}
	}
	writeJSON(w, p.Status, p)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the caller has gone away: nobody is left to tell
}

// problem makes a refusal with a sentence for a person.
func problem(status int, code, format string, args ...any) error {
	return &sandboxapi.Problem{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

func notFound(what string) error {
	return problem(http.StatusNotFound, "notFound", "There is no %s.", what)
}

func invalid(format string, args ...any) error {
	return problem(http.StatusUnprocessableEntity, "invalid", format, args...)
}

// addressed finds the kind and id that a path names.
func (s *Sandbox) addressed(r *http.Request) (sandboxapi.Kind, kind, sandboxapi.ID, error) {
	id := sandboxapi.ID{Project: r.PathValue("project"), Environment: r.PathValue("environment"), Name: r.PathValue("name")}
	name := sandboxapi.Kind(cmp.Or(r.PathValue("kind"), string(sandboxapi.Machines)))
	k, known := s.kinds[name]
	if !known {
		return "", nil, id, problem(http.StatusNotFound, "unknownKind", "The sandbox makes no %q.", name)
	}
	if err := id.Validate(); err != nil {
		return "", nil, id, invalid("%v.", err)
	}
	return name, k, id, nil
}

// locked calls op with the resource that the path names, when no other call is at work on it.
func (s *Sandbox) locked(r *http.Request, op func(ctx context.Context, k kind, id sandboxapi.ID) (any, error)) (any, error) {
	name, k, id, err := s.addressed(r)
	if err != nil {
		return nil, err
	}
	unlock, err := s.locks.resource(r.Context(), name, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return op(r.Context(), k, id)
}

func (s *Sandbox) putResource(r *http.Request) (any, error) {
	spec, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, invalid("The request is larger than %d MiB or was cut off.", maxRequest>>20)
	}
	return s.locked(r, func(ctx context.Context, k kind, id sandboxapi.ID) (any, error) {
		value, err := k.put(ctx, id, spec)
		if err == nil {
			s.cfg.Logger.Info("made or changed", "kind", r.PathValue("kind"), "id", id.String())
		}
		return value, err
	})
}

func (s *Sandbox) getResource(r *http.Request) (any, error) {
	return s.locked(r, func(ctx context.Context, k kind, id sandboxapi.ID) (any, error) { return k.get(ctx, id) })
}

func (s *Sandbox) deleteResource(r *http.Request) (any, error) {
	return s.locked(r, func(ctx context.Context, k kind, id sandboxapi.ID) (any, error) {
		err := k.remove(ctx, id)
		if err == nil {
			s.cfg.Logger.Info("removed", "kind", r.PathValue("kind"), "id", id.String())
		}
		return nil, err
	})
}

// setPower serves people and tests who switch something by hand; Terraform does it by PUT.
func (s *Sandbox) setPower(r *http.Request) (any, error) {
	var body struct {
		Power sandboxapi.Power `json:"power"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || (body.Power != sandboxapi.On && body.Power != sandboxapi.Off) {
		return nil, invalid(`Say {"power": "on"} or {"power": "off"}.`)
	}
	return s.locked(r, func(ctx context.Context, k kind, id sandboxapi.ID) (any, error) {
		switcher, ok := k.(interface {
			setPower(ctx context.Context, id sandboxapi.ID, power sandboxapi.Power) error
		})
		if !ok {
			return nil, invalid("Only sites and machines can be switched on and off.")
		}
		return nil, switcher.setPower(ctx, id, body.Power)
	})
}

// askedFor reads which environment a question is about.
func askedFor(r *http.Request) (project, environment string, err error) {
	project, environment = r.URL.Query().Get("project"), r.URL.Query().Get("environment")
	if err := (sandboxapi.ID{Project: project, Environment: environment, Name: "any"}).Validate(); err != nil {
		return "", "", invalid("Say which project and environment: %v.", err)
	}
	return project, environment, nil
}

func (s *Sandbox) getSecretValue(r *http.Request) (any, error) {
	project, environment, err := askedFor(r)
	if err != nil {
		return nil, err
	}
	return (&secrets{vault: s.cfg.Secrets, store: s.store}).read(r.Context(), project, environment, r.URL.Query().Get("reference"))
}

func (s *Sandbox) getLeftovers(r *http.Request) (any, error) {
	project, environment, err := askedFor(r)
	if err != nil {
		return nil, err
	}
	found := []sandboxapi.Leftover{}
	for name, k := range s.kinds {
		if err := s.forgetGone(r.Context(), name, k, project, environment); err != nil {
			return nil, fmt.Errorf("look for leftover %s: %w", name, err)
		}
		items, err := k.leftovers(r.Context(), project, environment)
		if err != nil {
			return nil, fmt.Errorf("look for leftover %s: %w", name, err)
		}
		found = append(found, items...)
	}
	slices.SortFunc(found, func(a, b sandboxapi.Leftover) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.What, b.What))
	})
	return map[string]any{"value": found}, nil
}

// forgetGone clears the records of things that somebody removed by hand. Terraform has dropped them from its state already and
// asks nobody to delete them; with the record goes what still belonged to it, such as a site's host name.
func (s *Sandbox) forgetGone(ctx context.Context, name sandboxapi.Kind, k kind, project, environment string) error {
	ids, err := s.store.ids(name, project, environment)
	if err != nil {
		return err
	}
	for _, id := range ids {
		_, err := k.get(ctx, id)
		if !sandboxapi.IsGone(err) {
			continue // it is there, or cannot be asked: the list will say so
		}
		if err := k.remove(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// decodeSpec refuses fields that the sandbox does not know: a misspelt one must not be ignored in silence.
func decodeSpec(text []byte, spec any) error {
	if len(text) == 0 {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(spec); err != nil {
		return invalid("The request is not understood: %v.", err)
	}
	return nil
}

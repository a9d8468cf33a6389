package httpapi

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// refusalPatience bounds how long a refusal waits for its place in the audit log.
const refusalPatience = 3 * time.Second

// recordRefusal puts a refusal into the audit log before it is answered, even if the caller has gone by then. A log that
// cannot be written does not turn a refusal into anything else.
func (a *API) recordRefusal(route Route, r *http.Request, c platform.Caller, refusal error) {
	if c.ID == "" || !platform.IsRefusal(refusal) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), refusalPatience)
	defer cancel()
	target := strings.TrimPrefix(r.URL.EscapedPath(), Prefix)
	if err := a.service.RecordRefusal(ctx, c, route.Operation, pathValue(r, "project"), target, refusal); err != nil {
		a.Log.Error("refusal not in the audit log", "operation", route.Operation, "path", target, "request", c.RequestID, "caller", c.ID, "error", err)
	}
}

var actionPattern = regexp.MustCompile(`^[A-Za-z]{1,64}$`)

// listAuditEvents answers GET /v1/audit-events.
func (a *API) listAuditEvents(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	filter, err := auditFilterOf(r)
	if err != nil {
		return err
	}
	events, next, err := a.service.ListAuditEvents(r.Context(), callerFrom(r), filter, page)
	if err != nil {
		return err
	}
	list := api.AuditEventList{Value: []api.AuditEvent{}, NextLink: a.nextLink(r, next)}
	for _, e := range events {
		event, err := auditEventOf(e)
		if err != nil {
			return err
		}
		list.Value = append(list.Value, event)
	}
	return answer(w, http.StatusOK, list)
}

func auditFilterOf(r *http.Request) (platform.AuditFilter, error) {
	query := r.URL.Query()
	filter := platform.AuditFilter{Project: query.Get("project"), Actor: query.Get("actor"), Action: query.Get("action"), Outcome: platform.AuditOutcome(query.Get("outcome"))}
	switch {
	case filter.Project != "" && !platform.ValidName(filter.Project) && filter.Project != platform.PlatformScope && filter.Project != platform.CatalogScope:
		return filter, platform.Errorf(platform.Invalid, "project must be the name of a project, %s or %s.", platform.PlatformScope, platform.CatalogScope)
	case filter.Actor != "" && !platform.ValidPrincipal(filter.Actor):
		return filter, platform.Errorf(platform.Invalid, "actor must be the object id of a user or application.")
	case filter.Action != "" && !actionPattern.MatchString(filter.Action):
		return filter, platform.Errorf(platform.Invalid, "action must be an operation of the API, such as putEnvironment.")
	case filter.Outcome != "" && !api.AuditOutcome(filter.Outcome).Valid():
		return filter, platform.Errorf(platform.Invalid, "outcome must be accepted or refused.")
	}
	for name, into := range map[string]*time.Time{"from": &filter.From, "to": &filter.To} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return filter, platform.Errorf(platform.Invalid, "%s must be a time such as 2026-11-25T12:00:00Z.", name).Because(err)
		}
		*into = at
	}
	if !filter.To.IsZero() && !filter.From.Before(filter.To) {
		return filter, platform.Errorf(platform.Invalid, "from must be before to.")
	}
	return filter, nil
}

func auditEventOf(e platform.AuditEvent) (api.AuditEvent, error) {
	before, err := object(e.Before)
	if err != nil {
		return api.AuditEvent{}, err
	}
	after, err := object(e.After)
	if err != nil {
		return api.AuditEvent{}, err
	}
	return api.AuditEvent{
		ID: e.ID, At: e.At.UTC(), Project: e.Project, Actor: e.Actor, ActorKind: api.AuditEventActorKind(e.ActorKind), Client: optional(e.Client), From: optional(e.From),
		OnBehalfOf: optional(e.OnBehalfOf), Action: e.Action, Target: e.Target, Operation: optional(e.Operation), Run: optional(e.Run), RequestID: optional(e.RequestID),
		Outcome: api.AuditOutcome(e.Outcome), Code: optional(api.ProblemCode(e.Code)), Detail: optional(e.Detail), Before: before, After: after,
	}, nil
}

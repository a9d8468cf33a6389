package platform

import (
	"encoding/json"
	"slices"
	"time"
)

// What audit events show of a thing before and after a change. All of it is pure, and none of it holds a secret.

type auditMember struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Role      Role       `json:"role"`
	Scope     string     `json:"scope"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

// audited is what the audit log shows of an assignment.
func (a Assignment) audited() auditMember {
	out := auditMember{ID: a.Principal.ID, Kind: string(a.Principal.Kind), Role: a.Role, Scope: a.Scope.String()}
	if !a.ExpiresAt.IsZero() {
		out.ExpiresAt = &a.ExpiresAt
	}
	return out
}

func auditedMembers(assignments []Assignment) []auditMember {
	out := make([]auditMember, 0, len(assignments))
	for _, a := range slices.SortedFunc(slices.Values(assignments), compareAssignments) {
		out = append(out, a.audited())
	}
	return out
}

type auditPin struct {
	Kind    CatalogKind `json:"kind"`
	Name    string      `json:"name"`
	Version string      `json:"version"`
}

type auditBudget struct {
	Monthly json.Number `json:"monthly"`
	Over    string      `json:"over"`
}

type auditProject struct {
	Title   string        `json:"title"`
	Team    string        `json:"team"`
	Members []auditMember `json:"members"`
	Pins    []auditPin    `json:"pins,omitempty"`
	Budget  *auditBudget  `json:"budget,omitempty"`
	Quota   *Quota        `json:"quota,omitempty"`
	Types   []string      `json:"environmentTypes,omitempty"`
}

// audited is what the audit log shows of a project with its assignments.
func (p Project) audited(assignments []Assignment) any {
	out := auditProject{Title: p.Title, Team: p.Team, Members: auditedMembers(assignments), Quota: p.Quota, Types: p.EnvironmentTypes}
	for _, pin := range p.Pins {
		out.Pins = append(out.Pins, auditPin(pin))
	}
	if p.Budget != nil {
		out.Budget = &auditBudget{json.Number(p.Budget.Monthly.String()), string(p.Budget.Over)}
	}
	return out
}

// auditedStatuses shows the status of every version that a publication gave another one, or a first one.
func auditedStatuses(before, after Release) (was, is any) {
	old, changed := map[string]ItemStatus{}, map[string]ItemStatus{}
	for _, item := range before.Items {
		old[item.Ref()] = item.Status
	}
	for _, item := range after.Items {
		if status, known := old[item.Ref()]; known && status == item.Status {
			delete(old, item.Ref())
		} else {
			changed[item.Ref()] = item.Status
		}
	}
	return orNothing(old), orNothing(changed)
}

// auditedValues shows the keys that differ with what they were and became; of a secret only that it is one.
func auditedValues(before, after map[string]Value) (was, is any) {
	old, changed := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for _, d := range CompareValues(before, after) {
		if d.Before != nil {
			old[d.Key] = d.Before.audited()
		}
		if d.After != nil {
			changed[d.Key] = d.After.audited()
		}
	}
	return orNothing(old), orNothing(changed)
}

func (v Value) audited() json.RawMessage {
	if v.IsSecret() || len(v.JSON) == 0 {
		return json.RawMessage(`{"secret":true}`)
	}
	return v.JSON
}

type auditEnvironment struct {
	Template        string `json:"template,omitempty"`
	TemplateVersion string `json:"templateVersion,omitempty"`
	Manifest        string `json:"manifest,omitempty"` // digest
	Deployment      string `json:"deployment"`
	Power           Power  `json:"power,omitempty"`
}

// audited is what the audit log shows of an environment: what it was, or is to be, deployed with.
func (d Deployment) audited() any {
	out := auditEnvironment{Template: d.Template, TemplateVersion: d.TemplateVersion, Deployment: d.ID, Power: d.Power}
	if d.Mode != ModeDestroy {
		out.Manifest = digestOf(d.Manifest.JSON())
	}
	return out
}

// auditedBefore shows what an environment is before a change. Of one that is being deleted its deployment was not read: its
// id leads there.
func auditedBefore(env Environment, current *Deployment) any {
	switch {
	case current != nil:
		return current.audited()
	case env.Deployment != "":
		return auditEnvironment{Template: env.Template, Deployment: env.Deployment}
	}
	return nil
}

func orNothing[V any](m map[string]V) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

type auditTeam struct {
	Title   string        `json:"title"`
	Members []auditMember `json:"members"`
	Quota   *Quota        `json:"quota,omitempty"`
}

// auditedTeam is what the audit log shows of a team in a directory; nil for one that is not there.
func (d Directory) auditedTeam(name string) any {
	t, ok := d.team(name)
	if !ok {
		return nil
	}
	return auditTeam{Title: t.Title, Members: auditedMembers(d.at(Scope{Team: name}, "")), Quota: t.Quota}
}

// auditedRole is the like for a role of the installation's own.
func (d Directory) auditedRole(name Role) any {
	r, ok := d.role(name)
	if !ok {
		return nil
	}
	return map[string]any{"title": r.Title, "actions": r.Actions}
}

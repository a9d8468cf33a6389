package platform

import (
	"encoding/json"
	"fmt"
	"time"
)

// The form of a directory in the store.
type storedDirectory struct {
	Revision    int64              `json:"revision"`
	Roles       []storedRole       `json:"roles,omitempty"`
	Teams       []storedTeam       `json:"teams,omitempty"`
	Projects    []storedEntry      `json:"projects,omitempty"`
	Assignments []storedAssignment `json:"assignments,omitempty"`
}

type storedRole struct {
	Name      Role         `json:"name"`
	Title     string       `json:"title"`
	Actions   []Permission `json:"actions"`
	Revision  int64        `json:"revision"`
	CreatedAt time.Time    `json:"createdAt"`
	UpdatedAt time.Time    `json:"updatedAt"`
}

type storedTeam struct {
	Name      string    `json:"name"`
	Title     string    `json:"title"`
	Quota     *Quota    `json:"quota,omitempty"`
	Founder   string    `json:"founder,omitempty"`
	Revision  int64     `json:"revision"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

type storedEntry struct {
	Name string    `json:"name"`
	Team string    `json:"team"`
	Set  string    `json:"set"`
	At   time.Time `json:"at"`
}

type storedAssignment struct {
	ID        string        `json:"id"`
	Scope     string        `json:"scope"`
	Kind      PrincipalKind `json:"kind"`
	Principal string        `json:"principal"`
	Role      Role          `json:"role"`
	Comment   string        `json:"comment,omitempty"`
	ExpiresAt *time.Time    `json:"expiresAt,omitempty"`
	CreatedAt time.Time     `json:"createdAt"`
	CreatedBy string        `json:"createdBy"`
	Set       string        `json:"set,omitempty"`
}

func encodeDirectory(d Directory) ([]byte, error) {
	out := storedDirectory{Revision: d.Revision}
	for _, r := range d.Roles {
		out.Roles = append(out.Roles, storedRole{r.Name, r.Title, r.Actions, r.Revision, r.CreatedAt, r.UpdatedAt})
	}
	for _, t := range d.Teams {
		out.Teams = append(out.Teams, storedTeam(t))
	}
	for _, e := range d.Projects {
		out.Projects = append(out.Projects, storedEntry(e))
	}
	for _, a := range d.Assignments {
		s := storedAssignment{ID: a.ID, Scope: a.Scope.String(), Kind: a.Principal.Kind, Principal: a.Principal.ID, Role: a.Role,
			Comment: a.Comment, CreatedAt: a.CreatedAt, CreatedBy: a.CreatedBy, Set: a.Set}
		if !a.ExpiresAt.IsZero() {
			s.ExpiresAt = &a.ExpiresAt
		}
		out.Assignments = append(out.Assignments, s)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("encode directory %d: %w", d.Revision, err)
	}
	return text, nil
}

func decodeDirectory(text []byte) (Directory, error) {
	var in storedDirectory
	if err := json.Unmarshal(text, &in); err != nil {
		return Directory{}, fmt.Errorf("decode directory: %w", err)
	}
	d := Directory{Revision: in.Revision}
	for _, r := range in.Roles {
		role := define(r.Name, r.Title, r.Actions...)
		role.BuiltIn, role.Revision, role.CreatedAt, role.UpdatedAt = false, r.Revision, r.CreatedAt, r.UpdatedAt
		d.Roles = append(d.Roles, role)
	}
	for _, t := range in.Teams {
		d.Teams = append(d.Teams, Team(t))
	}
	for _, e := range in.Projects {
		d.Projects = append(d.Projects, ProjectEntry(e))
	}
	for _, s := range in.Assignments {
		scope, ok := ParseScope(s.Scope)
		if !ok { // nobody gets a right from what cannot be read
			continue
		}
		a := Assignment{ID: s.ID, Scope: scope, Principal: Principal{s.Kind, s.Principal}, Role: s.Role, Comment: s.Comment, CreatedAt: s.CreatedAt, CreatedBy: s.CreatedBy, Set: s.Set}
		if s.ExpiresAt != nil {
			a.ExpiresAt = *s.ExpiresAt
		}
		d.Assignments = append(d.Assignments, a)
	}
	return d, nil
}

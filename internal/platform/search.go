package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// FoundKind is what kind of thing was found.
type FoundKind string

// The kinds, in the order in which they are told where they fit as well.
const (
	FoundProject         FoundKind = "project"
	FoundEnvironment     FoundKind = "environment"
	FoundResource        FoundKind = "resource"
	FoundOperation       FoundKind = "operation"
	FoundTeam            FoundKind = "team"
	FoundTemplate        FoundKind = "template"
	FoundResourceType    FoundKind = "resourceType"
	FoundEnvironmentType FoundKind = "environmentType"
)

var foundKinds = []FoundKind{FoundProject, FoundEnvironment, FoundResource, FoundOperation, FoundTeam, FoundTemplate, FoundResourceType, FoundEnvironmentType}

// Found is a thing that fits what was typed.
type Found struct {
	Kind        FoundKind
	Name        string
	Title       string // for people
	Project     string // that it is, or is in
	Environment string // that it is, or is in
	Detail      string // a few words more
	fit         int
}

// Search finds projects, environments, resources, teams, templates and types by the beginnings of their words, and an operation by
// its id, among what the caller may see; at most size, what fits best first. Nothing else is read, counted or waited for. It costs
// what a survey does; who sees the whole platform finds any project by its name, and what is in the first mostSurveyed projects.
func (s *Service) Search(ctx context.Context, c Caller, text string, size int) (found []Found, complete bool, err error) {
	typed := searchWords(text)
	if len(text) > maxSearch || len(typed) == 0 {
		return nil, false, Errorf(Invalid, "q must have a letter or a digit, and at most %d bytes.", maxSearch).With(Detail{"/q", "is what to search for"})
	}
	v, err := s.survey(ctx, c, func(project string) bool {
		return slices.ContainsFunc(typed, func(word string) bool { return begins(searchWords(project), word) })
	})
	if err != nil {
		return nil, false, err
	}
	for _, p := range v.projects {
		found = append(found, p.search(typed)...)
	}
	catalog, err := s.searchCatalog(ctx, v.sight, typed)
	if err != nil {
		return nil, false, err
	}
	teams, err := s.searchTeams(ctx, v.sight, typed)
	if err != nil {
		return nil, false, err
	}
	operation, err := s.searchOperation(ctx, c, strings.TrimSpace(text))
	if err != nil {
		return nil, false, err
	}
	found = slices.Concat(found, catalog, teams, operation)
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(b.fit-a.fit, slices.Index(foundKinds, a.Kind)-slices.Index(foundKinds, b.Kind),
			strings.Compare(a.Project, b.Project), strings.Compare(a.Environment, b.Environment), strings.Compare(a.Name, b.Name))
	})
	return found[:min(len(found), size)], v.complete && len(found) <= size, nil
}

// foundList collects what fits.
type foundList struct {
	typed []string
	found []Found
}

func (l *foundList) add(f Found, more ...string) {
	if f.fit = max(fit(l.typed, f.Name, append(more, f.Title)...), fit(l.typed, f.Title, append(more, f.Name)...)); f.fit != fitsNot {
		l.found = append(l.found, f)
	}
}

// search finds the project itself and what is in its environments.
func (p surveyed) search(typed []string) []Found {
	l := foundList{typed: typed}
	l.add(Found{Kind: FoundProject, Name: p.Name, Title: p.Title, Project: p.Name, Detail: "team " + p.Team}, p.Team)
	for _, e := range p.environments {
		at := p.Name + "/" + e.Name
		l.add(Found{Kind: FoundEnvironment, Name: e.Name, Title: at, Project: p.Name, Environment: e.Name, Detail: e.Type + " · " + string(e.State)}, p.Title, e.Type, e.Template, string(e.State))
		var outputs map[string]json.RawMessage
		_ = json.Unmarshal(e.Outputs, &outputs) // what has no outputs yet has no aliases to find
		for _, alias := range slices.Sorted(maps.Keys(outputs)) {
			l.add(Found{Kind: FoundResource, Name: alias, Title: alias + " in " + at, Project: p.Name, Environment: e.Name, Detail: "resource"})
		}
		for _, kind := range slices.Sorted(maps.Keys(e.Resources)) {
			l.add(Found{Kind: FoundResource, Name: kind, Title: kind + " in " + at, Project: p.Name, Environment: e.Name, Detail: "resource type"})
		}
	}
	return l.found
}

func (s *Service) searchCatalog(ctx context.Context, g sight, typed []string) ([]Found, error) {
	if !g.decide(CatalogRead, Target{}).Allowed {
		return nil, nil
	}
	catalog, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	l := foundList{typed: typed}
	for _, t := range catalog.Templates() {
		l.add(Found{Kind: FoundTemplate, Name: t.Name, Title: t.Title, Detail: "template"}, append([]string{"template"}, t.Tags...)...)
	}
	for _, t := range catalog.ResourceTypes() {
		l.add(Found{Kind: FoundResourceType, Name: t.Name, Title: t.Title, Detail: "resource type"})
	}
	for _, t := range catalog.EnvironmentTypes() {
		l.add(Found{Kind: FoundEnvironmentType, Name: t.Name, Title: t.Title, Detail: "environment type"})
	}
	return l.found, nil
}

// searchTeams asks of the teams that fit whether they exist.
func (s *Service) searchTeams(ctx context.Context, g sight, typed []string) ([]Found, error) {
	l := foundList{typed: typed}
	for _, t := range g.index.TeamsOf(g.subject, g.now) {
		l.add(Found{Kind: FoundTeam, Name: t.Name, Title: t.Title, Detail: "team"}, "team")
	}
	l.found = l.found[:min(len(l.found), mostOnHome)]
	var out []Found
	for _, f := range l.found {
		team, _ := g.index.directory.team(f.Name)
		_, err := s.teamView(ctx, g, team)
		switch {
		case err == nil:
			out = append(out, f)
		case !isCode(err, NotFound):
			return nil, err
		}
	}
	return out, nil
}

// searchOperation finds an operation by its whole id.
func (s *Service) searchOperation(ctx context.Context, c Caller, id string) ([]Found, error) {
	if !ValidOperationID(id) {
		return nil, nil
	}
	op, err := s.operation(ctx, c, id, OperationsRead)
	switch {
	case isCode(err, NotFound), isCode(err, Forbidden):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []Found{{Kind: FoundOperation, Name: op.ID, Title: op.Kind + " " + op.Project + "/" + op.Environment, Project: op.Project, Environment: op.Environment, Detail: string(op.Status), fit: fitsName}}, nil
}

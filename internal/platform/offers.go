package platform

import (
	"context"
	"slices"
)

// Offer says where in a project a caller may use something of the catalog, and why not elsewhere.
type Offer struct {
	Kind     CatalogKind // KindTemplate or KindResourceType
	Name     string
	Version  string   // that the project gets
	Types    []string // of environments in which he may use it
	Withheld []Withheld
}

// Withheld is an environment type in which something may not be used.
type Withheld struct {
	EnvironmentType string
	Refusal         *Error // what asking for it there would meet
}

// ListOffers tells of every template and then of every resource type where in a project the caller may use it: he may make or
// change environments of the type, the project takes the type, the type allows the template, and something builds what it
// needs. What depends on a whole request (policies, budgets, quotas) only a preview tells.
func (s *Service) ListOffers(ctx context.Context, c Caller, project string) ([]Offer, error) {
	g, p, err := s.projectFor(ctx, c, project, ProjectsRead)
	if err != nil {
		return nil, err
	}
	catalog, err := s.catalogOf(ctx, p)
	if err != nil {
		return nil, err
	}
	var offers []Offer
	for _, t := range catalog.Templates() {
		offers = append(offers, offer(g, catalog, p, Offer{Kind: KindTemplate, Name: t.Name, Version: t.Version}, t.withheldIn))
	}
	for _, t := range catalog.ResourceTypes() {
		offers = append(offers, offer(g, catalog, p, Offer{Kind: KindResourceType, Name: t.Name, Version: t.Version}, t.withheldIn))
	}
	return offers, nil
}

// offer goes through the environment types. What the thing itself has against a type is asked last: who may do nothing there
// is told that.
func offer(g sight, catalog Catalog, p Project, o Offer, withheld func(Catalog, EnvironmentType, Place) *Error) Offer {
	for _, t := range catalog.EnvironmentTypes() {
		target := p.Target()
		target.EnvironmentType = t.Name
		refusal := refusalOf(p.takes(t.Name, false))
		if refusal == nil {
			refusal = refusalOf(g.require(EnvironmentsWrite, target))
		}
		if refusal == nil {
			refusal = withheld(catalog, t, Place{Project: p.Name, Type: t.Name})
		}
		if refusal == nil {
			o.Types = append(o.Types, t.Name)
			continue
		}
		o.Withheld = append(o.Withheld, Withheld{EnvironmentType: t.Name, Refusal: refusal})
	}
	return o
}

// withheldIn says why a template cannot be used in environments of a type; nil when it can, as far as is known before the
// parameters are.
func (t Template) withheldIn(c Catalog, envType EnvironmentType, at Place) *Error {
	if !envType.allows(t.Name) {
		return errTemplateNotAllowed(t, envType)
	}
	m, err := ExpandTemplate(t, answers(t.Parameters))
	if err != nil {
		return nil // it takes a person's answers to say more
	}
	for _, alias := range m.Aliases() {
		definitions := c.DefinitionsOf(m.Resources[alias].Type)
		_, found, err := chooseDefinition(definitions, m.Resources[alias], at)
		if err != nil {
			return refusalOf(err)
		}
		if !found {
			return errNothingBuilds(definitions, m.Resources[alias], at)
		}
	}
	return nil
}

// withheldIn says why no resource of the type can be built in environments of a type; nil when one of some class can.
func (t ResourceType) withheldIn(c Catalog, _ EnvironmentType, at Place) *Error {
	definitions := c.DefinitionsOf(t.Name)
	for _, d := range definitions {
		if slices.ContainsFunc(d.Match, func(r Rule) bool { return r.applies(r.Class, at) }) {
			return nil
		}
	}
	return errNothingBuilds(definitions, Resource{Type: t.Name}, at)
}

func errTemplateNotAllowed(t Template, envType EnvironmentType) *Error {
	return Errorf(Invalid, "Template %s may not be used in environments of type %s.", t.Name, envType.Name).With(Detail{"/template", "is not allowed here"})
}

func errNothingBuilds(definitions []ResourceDefinition, resource Resource, at Place) *Error {
	return Errorf(Invalid, "%s", noDefinition(definitions, resource, at)).Do("Ask the platform team for a definition that applies there.")
}

package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What became of a definition when one was looked for.
const (
	CandidateChosen      = "chosen"
	CandidateLost        = "lost"        // another one is more specific
	CandidateTied        = "tied"        // another one is as specific, so nothing can be built
	CandidateNoMatch     = "noMatch"     // none of its rules applies
	CandidateOtherTarget = "otherTarget" // it builds on something that this installation does not
	CandidateNotDefault  = "notDefault"  // another version is in use, or none is
)

// Candidate is a definition of the type that was asked for, and why it won or lost.
type Candidate struct {
	Definition string // name@version
	Outcome    string
	Rule       *Rule // the most specific one that applies; nil when none does
	Reason     string
}

// ExplainSpec says what would be asked for, and where.
type ExplainSpec struct {
	Project         string // may be empty
	EnvironmentType string
	Type            string
	Class           string
}

// ExplainDefinitions tells for a request every definition of its type and why it won or lost, the chosen one first. It
// decides with the code that deployments use.
func (s *Service) ExplainDefinitions(ctx context.Context, c Caller, spec ExplainSpec) ([]Candidate, error) {
	catalog, err := s.seeCatalog(ctx, c)
	if err != nil {
		return nil, err
	}
	if spec.Project != "" {
		in, err := s.project(ctx, c, spec.Project, ProjectsRead)
		if err != nil {
			return nil, err
		}
		if catalog, err = catalog.Pinned(in.Pins); err != nil {
			return nil, err
		}
	}
	if _, ok := catalog.ResourceType(spec.Type); !ok {
		return nil, Errorf(Invalid, "There is no resource type %q.", clip(spec.Type, 80)).With(Detail{"/type", "is unknown"}).Do("List them: lazuli catalog list --kind resource-type")
	}
	if _, ok := catalog.EnvironmentType(spec.EnvironmentType); !ok {
		return nil, Errorf(Invalid, "There is no environment type %q.", clip(spec.EnvironmentType, 80)).With(Detail{"/environmentType", "is unknown"})
	}
	return explainDefinitions(catalog, Resource{Type: spec.Type, Class: spec.Class}, Place{Project: spec.Project, Type: spec.EnvironmentType}), nil
}

func explainDefinitions(c Catalog, resource Resource, at Place) []Candidate {
	chosen, found, err := chooseDefinition(c.DefinitionsOf(resource.Type), resource, at)
	var out []Candidate
	for _, d := range c.Definitions() {
		if d.Type != resource.Type {
			continue
		}
		candidate := Candidate{Definition: d.Name + "@" + d.Version}
		rule, applies := d.bestRule(resource.Class, at)
		if applies {
			candidate.Rule = &rule
		}
		usable := slices.ContainsFunc(c.DefinitionsOf(resource.Type), func(other ResourceDefinition) bool { return other.Name == d.Name })
		switch {
		case !usable:
			candidate.Outcome, candidate.Reason = CandidateOtherTarget, fmt.Sprintf("It builds on %s, and this installation does not.", d.Target())
		case !applies:
			candidate.Outcome, candidate.Reason = CandidateNoMatch, "No rule applies: it matches "+describeRules(d.Match)+"."
		case err != nil:
			candidate.Outcome, candidate.Reason = CandidateTied, describeRule(rule)+" is as specific as the rule of another definition."
		case found && d.Name == chosen.Name:
			candidate.Outcome, candidate.Reason = CandidateChosen, "Most specific: "+describeRule(rule)+"."
		default:
			best, _ := chosen.bestRule(resource.Class, at)
			candidate.Outcome, candidate.Reason = CandidateLost, fmt.Sprintf("%s is less specific than %s of %s.", describeRule(rule), describeRule(best), chosen.Name)
		}
		out = append(out, candidate)
	}
	out = append(out, notInUse(c, resource.Type)...)
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(outcomeOrder(a), outcomeOrder(b)) })
	return out
}

func outcomeOrder(c Candidate) int {
	return slices.Index([]string{CandidateChosen, CandidateTied, CandidateLost, CandidateNoMatch, CandidateOtherTarget, CandidateNotDefault}, c.Outcome)
}

// notInUse lists the versions of definitions of a type that only a pin would use.
func notInUse(c Catalog, resourceType string) []Candidate {
	inUse := map[string]bool{}
	for _, d := range c.Definitions() {
		inUse[d.Name+"@"+d.Version] = true
	}
	var out []Candidate
	for _, item := range c.Items() {
		name := item.Name + "@" + item.Version
		if item.Kind != KindResourceDefinition || inUse[name] {
			continue
		}
		var document struct {
			Spec struct {
				Type string `json:"type"`
			} `json:"spec"`
		}
		if json.Unmarshal(item.Document, &document) != nil || document.Spec.Type != resourceType {
			continue
		}
		out = append(out, Candidate{Definition: name, Outcome: CandidateNotDefault, Reason: fmt.Sprintf("This version is %s.", item.Status)})
	}
	return out
}

func describeRules(rules []Rule) string {
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = describeRule(r)
	}
	return strings.Join(words, " or ")
}

// describeRule says what a rule asks for: project payments, class small.
func describeRule(r Rule) string {
	var words []string
	for _, field := range []struct{ name, value string }{{"project", r.Project}, {"class", r.Class}, {"environment type", r.EnvironmentType}} {
		if field.value != "" {
			words = append(words, field.name+" "+field.value)
		}
	}
	if len(words) == 0 {
		return "everywhere"
	}
	return strings.Join(words, ", ")
}

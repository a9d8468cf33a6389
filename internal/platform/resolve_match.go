package platform

import (
	"slices"
)

// chooseDefinition finds, among the definitions of its type, the one that builds a resource in a place: that with the most specific rule that
// applies. A rule is the more specific the more fields it sets; among as many fields, project weighs more than class,
// and class more than environment type. Two definitions with equally specific rules are a Conflict; false means that none applies.
func chooseDefinition(definitions []ResourceDefinition, resource Resource, at Place) (ResourceDefinition, bool, error) {
	best := -1
	var chosen, rival ResourceDefinition
	for i := range definitions {
		rule, applies := definitions[i].bestRule(resource.Class, at)
		switch score := rule.specificity(); {
		case !applies:
		case score > best:
			best, chosen, rival = score, definitions[i], ResourceDefinition{}
		case score == best:
			rival = definitions[i]
		}
	}
	if best < 0 {
		return ResourceDefinition{}, false, nil
	}
	if rival.Name != "" {
		return ResourceDefinition{}, false, Errorf(Conflict, "The definitions %q and %q apply equally well to %s.", chosen.Name, rival.Name, describePlace(resource, at)).
			Do("Ask the platform team to make the rules of one of them more specific.")
	}
	return chosen, true, nil
}

// bestRule gives the most specific rule that applies; false when none does.
func (d ResourceDefinition) bestRule(class string, at Place) (Rule, bool) {
	best, score := Rule{}, -1
	for _, rule := range d.Match {
		if rule.applies(class, at) && rule.specificity() > score {
			best, score = rule, rule.specificity()
		}
	}
	return best, score >= 0
}

func (r Rule) applies(class string, at Place) bool {
	return (r.EnvironmentType == "" || r.EnvironmentType == at.Type) &&
		(r.Project == "" || r.Project == at.Project) &&
		(r.Class == "" || r.Class == class)
}

func (r Rule) specificity() int {
	score := 0
	for _, field := range []struct {
		set    bool
		weight int
	}{{r.Project != "", 4}, {r.Class != "", 2}, {r.EnvironmentType != "", 1}} {
		if field.set {
			score += 8 + field.weight // a field more always outweighs: 8 is more than the weights can differ by
		}
	}
	return score
}

// noDefinition says why nothing can be built, and what could.
func noDefinition(definitions []ResourceDefinition, resource Resource, at Place) string {
	var classes []string
	for _, d := range definitions {
		for _, rule := range d.Match {
			if rule.Class != "" && rule.applies(rule.Class, at) && !slices.Contains(classes, rule.Class) {
				classes = append(classes, rule.Class)
			}
		}
	}
	message := "Nothing in the catalog builds " + describePlace(resource, at) + "."
	if len(classes) > 0 {
		slices.Sort(classes)
		message += " There are these classes: " + quoted(classes) + "."
	}
	return message
}

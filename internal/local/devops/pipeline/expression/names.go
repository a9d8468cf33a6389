package expression

// Names is what an expression may refer to in its place.
type Names struct {
	contexts  map[string]bool  // lower case
	functions map[string]arity // lower case, besides the general ones
}

// arity is how many arguments a function takes; most < 0 means any number.
type arity struct{ least, most int }

// TemplateNames are those of ${{ }}: parameters, variables, resources, pipeline and the loop variables of each.
func TemplateNames(loops ...string) Names {
	n := names("parameters", "variables", "resources", "pipeline")
	for _, l := range loops {
		n.contexts[lower(l)] = true
	}
	n.functions["converttojson"] = arity{1, 1}
	return n
}

// RuntimeNames are those of $[ ] in a variable's value.
func RuntimeNames() Names {
	n := names("variables", "dependencies", "stagedependencies", "pipeline", "resources")
	n.functions["counter"] = arity{0, 2}
	return n
}

// ConditionNames are those of condition: the status functions take names of dependencies at stages and jobs.
func ConditionNames() Names {
	n := names("variables", "dependencies", "stagedependencies", "pipeline", "resources")
	for _, f := range []string{"always", "canceled"} {
		n.functions[f] = arity{0, 0}
	}
	for _, f := range []string{"succeeded", "failed", "succeededorfailed"} {
		n.functions[f] = arity{0, -1}
	}
	return n
}

// IsContext says whether name is one of the contexts; a loop variable may not take such a name.
func (n Names) IsContext(name string) bool { return n.contexts[lower(name)] }

func names(contexts ...string) Names {
	n := Names{contexts: map[string]bool{}, functions: map[string]arity{}}
	for _, c := range contexts {
		n.contexts[c] = true
	}
	return n
}

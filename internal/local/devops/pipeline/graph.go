package pipeline

import (
	"slices"
	"strings"
)

// graph checks the dependencies among stages or jobs: names are unique without regard to case, every dependency is
// there, and there is no way around in a circle.
func (d *decoder) graph(what string, nodes []*node, n int, get func(int) (name string, dependsOn []string)) {
	index := make(map[string]int, n)
	for i := range n {
		name, _ := get(i)
		key := strings.ToLower(name)
		if _, taken := index[key]; taken {
			d.fail(nodes[i], "%s name %s is already defined. Names are compared without regard to case.", what, name)
		}
		index[key] = i
	}
	edges := make([][]int, n)
	for i := range n {
		name, dependsOn := get(i)
		for _, dependency := range dependsOn {
			j, ok := index[strings.ToLower(dependency)]
			switch {
			case !ok:
				d.fail(nodes[i], "%s %s depends on unknown %s %s.", what, name, strings.ToLower(what), dependency)
			case i == j:
				d.fail(nodes[i], "%s %s depends on itself.", what, name)
			default:
				edges[i] = append(edges[i], j)
			}
		}
	}
	if i := onCycle(edges); i >= 0 {
		name, _ := get(i)
		d.fail(nodes[i], "The dependencies of %s %s form a cycle.", strings.ToLower(what), name)
	}
}

// onCycle removes what has no open dependency until nothing more can go; what is left is on a cycle or behind one.
func onCycle(edges [][]int) int {
	done := make([]bool, len(edges))
	for range edges {
		moved := false
		for i, dependencies := range edges {
			if !done[i] && !slices.ContainsFunc(dependencies, func(j int) bool { return !done[j] }) {
				done[i], moved = true, true
			}
		}
		if !moved {
			break
		}
	}
	return slices.Index(done, false)
}

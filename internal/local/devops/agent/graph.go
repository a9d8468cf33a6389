package agent

import (
	"slices"
	"strings"
	"sync"
)

// graph is the stages of a run or the jobs of a stage, by index.
type graph struct {
	names     []string
	dependsOn [][]int
}

func newGraph(n int, get func(int) (name string, dependsOn []string)) graph {
	g := graph{names: make([]string, n), dependsOn: make([][]int, n)}
	for i := range n {
		g.names[i], _ = get(i)
	}
	for i := range n {
		_, dependsOn := get(i)
		for _, name := range dependsOn {
			if j := g.index(name); j >= 0 {
				g.dependsOn[i] = append(g.dependsOn[i], j)
			}
		}
	}
	return g
}

func (g graph) index(name string) int {
	return slices.IndexFunc(g.names, func(n string) bool { return strings.EqualFold(n, name) })
}

// ancestors are all that i depends on, directly or through others, in the order written.
func (g graph) ancestors(i int) []int {
	seen := map[int]bool{}
	var walk func(int)
	walk = func(k int) {
		for _, j := range g.dependsOn[k] {
			if !seen[j] {
				seen[j] = true
				walk(j)
			}
		}
	}
	walk(i)
	var found []int
	for k := range g.names {
		if seen[k] {
			found = append(found, k)
		}
	}
	return found
}

// each calls f once for every index, each in a goroutine of its own, after f has returned for all that it depends on. It
// returns when all have.
func (g graph) each(f func(i int)) {
	done := make([]chan struct{}, len(g.names))
	for i := range done {
		done[i] = make(chan struct{})
	}
	var all sync.WaitGroup
	for i := range g.names {
		all.Go(func() {
			defer close(done[i])
			for _, j := range g.dependsOn[i] {
				<-done[j] // the compiler let no circle through
			}
			f(i)
		})
	}
	all.Wait()
}

// worst merges results: a failure outweighs a cancellation, which outweighs issues; what was skipped does not count,
// unless there is nothing else.
func worst(results ...Result) Result {
	rank := []Result{Skipped, Succeeded, SucceededWithIssues, Canceled, Abandoned, Failed}
	most := 0
	for _, r := range results {
		most = max(most, slices.Index(rank, r))
	}
	return rank[most]
}

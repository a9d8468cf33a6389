package cli

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// quotaFlags are what a team and a project can be bounded by.
type quotaFlags struct {
	environments, running, perHour int
	resources                      []string
}

func (q *quotaFlags) flags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&q.environments, "environments", 0, "quota: at most so many environments; 0 is no bound")
	cmd.Flags().IntVar(&q.running, "running", 0, "quota: at most so many operations at the same time; 0 is no bound")
	cmd.Flags().IntVar(&q.perHour, "deployments-per-hour", 0, "quota: at most so many deployments in an hour; 0 is no bound")
	cmd.Flags().StringArrayVar(&q.resources, "resource", nil, "quota: TYPE=N, at most so many resources of a type; 0 forbids it, none is no bound; may be repeated")
}

// apply changes a quota as far as the flags speak of it.
func (q *quotaFlags) apply(cmd *cobra.Command, before *api.Quota) (*api.Quota, error) {
	var out api.Quota
	if before != nil {
		out = *before
	}
	asked := len(q.resources) > 0
	for name, bound := range map[string]struct {
		n  int
		to **int
	}{"environments": {q.environments, &out.Environments}, "running": {q.running, &out.RunningOperations}, "deployments-per-hour": {q.perHour, &out.DeploymentsPerHour}} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		asked = true
		if *bound.to = nil; bound.n != 0 {
			*bound.to = &bound.n
		}
	}
	if !asked {
		return before, nil
	}
	var err error
	if out.Resources, err = q.applyResources(out.Resources); err != nil {
		return nil, err
	}
	if out.Environments == nil && out.RunningOperations == nil && out.DeploymentsPerHour == nil && len(out.Resources) == 0 {
		return nil, nil
	}
	return &out, nil
}

func (q *quotaFlags) applyResources(before map[string]int) (map[string]int, error) {
	out := maps.Clone(before)
	for _, pair := range q.resources {
		name, number, _ := strings.Cut(pair, "=")
		if name != "" && number == "none" {
			delete(out, name)
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || name == "" {
			return nil, usageError{fmt.Errorf("--resource is TYPE=N, such as postgres=2, or TYPE=none, not %q", pair)}
		}
		if out == nil {
			out = map[string]int{}
		}
		out[name] = n
	}
	return out, nil
}

// quotaRows tell what a quota allows, in rows of a table with two columns.
func quotaRows(q *api.Quota) [][]string {
	var bounds []string
	add := func(n *int, what string) {
		if n != nil {
			bounds = append(bounds, fmt.Sprintf("%s: at most %d", what, *n))
		}
	}
	if q != nil {
		add(q.Environments, "environments")
		add(q.RunningOperations, "running operations")
		add(q.DeploymentsPerHour, "deployments in an hour")
		for _, name := range slices.Sorted(maps.Keys(q.Resources)) {
			n := q.Resources[name]
			add(&n, "resources of type "+name)
		}
	}
	if len(bounds) == 0 {
		bounds = []string{"-"}
	}
	var rows [][]string
	for i, bound := range bounds {
		rows = append(rows, []string{firstOnly(i, "Quota"), bound})
	}
	return rows
}

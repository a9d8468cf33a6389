package pipeline

import (
	"cmp"
)

var rootKeys = []string{
	"name", "appendCommitMessageToRunName", "trigger", "pr", "schedules", "variables", "resources", "pool", "lockBehavior",
	"stages", "jobs", "steps", "strategy", "continueOnError", "container", "services", "workspace",
}

// root makes the plan of a whole document. Jobs or steps at the root become the stage __default.
func (d *decoder) root(n *node) *Plan {
	plan := &Plan{NumberText: DefaultNumber}
	d.mapping(n, rootKeys...)
	d.refuse(n, "container", "services", "strategy")
	if name := d.text(n.get("name")); name != "" {
		plan.NumberText = name
	}
	d.resources(n)
	d.pool(n.get("pool"))
	plan.Variables = d.variables(n.get("variables"))
	work := d.work(n)
	switch {
	case work == nil:
	case work.key.text == "stages":
		plan.Stages = d.stages(work.value)
	case work.key.text == "jobs":
		plan.Stages = []Stage{{Name: "__default", DisplayName: "__default", DependsOn: []string{}, Jobs: d.jobs(work.value, work.key)}}
	default:
		job := Job{Name: "Job", DisplayName: "Job", DependsOn: []string{}, Steps: d.jobSteps(work.value)}
		job.ContinueOnError = d.boolean(n.get("continueOnError"), "false")
		plan.Stages = []Stage{{Name: "__default", DisplayName: "__default", DependsOn: []string{}, Jobs: []Job{job}}}
	}
	return plan
}

// work finds the one key of the root that says what to do.
func (d *decoder) work(n *node) *pair {
	var found *pair
	for i, p := range n.pairs {
		if key := p.key.text; key != "stages" && key != "jobs" && key != "steps" {
			continue
		}
		if found != nil {
			d.fail(p.key, "Unexpected value '%s'", p.key.text)
			continue
		}
		found = &n.pairs[i]
	}
	if found == nil {
		d.fail(n, "The pipeline has nothing to run: it needs one of stages, jobs, steps, or extends.")
	}
	return found
}

// resources refuses what would have to be fetched from elsewhere. Repositories may be declared: a template of one is
// refused where it is used.
func (d *decoder) resources(n *node) {
	r := n.get("resources")
	if r == nil {
		return
	}
	d.mapping(r, "repositories", "pipelines", "containers", "packages", "webhooks", "builds")
	d.refuse(r, "pipelines", "containers", "packages", "webhooks", "builds")
}

// pool accepts any pool: the local agent serves them all. A pool without agents has nobody to run its jobs.
func (d *decoder) pool(n *node) {
	if n == nil {
		return
	}
	if n.kind == scalarNode {
		if n.text == "server" {
			d.fail(n, "Agentless jobs (pool: server) are not available in the local Azure DevOps.")
		}
		return
	}
	d.mapping(n, "name", "vmImage", "demands")
}

var stageKeys = []string{
	"stage", "group", "displayName", "pool", "dependsOn", "condition", "variables", "jobs", "lockBehavior", "trigger",
	"isSkippable", "templateContext",
}

func (d *decoder) stages(n *node) []Stage {
	var stages []Stage
	var nodes []*node
	for _, it := range d.items(n) {
		if !d.mapping(it, stageKeys...) && it.kind != mappingNode {
			continue
		}
		s := d.stage(it)
		if s.Name == "" {
			s.Name = unnamed("Stage", len(stages))
		}
		s.DisplayName = cmp.Or(s.DisplayName, s.Name)
		if it.get("dependsOn") == nil && len(stages) > 0 {
			s.DependsOn = []string{stages[len(stages)-1].Name}
		}
		stages = append(stages, s)
		nodes = append(nodes, it)
	}
	if len(stages) == 0 {
		d.fail(n, "The pipeline has no stages.")
	}
	d.graph("Stage", nodes, len(stages), func(i int) (string, []string) { return stages[i].Name, stages[i].DependsOn })
	return stages
}

func (d *decoder) stage(n *node) Stage {
	if first := n.pairs; len(first) == 0 || n.get("stage") == nil {
		d.fail(n, "A stage begins with 'stage: name'.")
	}
	d.pool(n.get("pool"))
	if trigger := n.get("trigger"); trigger != nil && d.text(trigger) != "automatic" {
		d.fail(trigger, "Stages with a manual trigger are not available in the local Azure DevOps.")
	}
	s := Stage{
		Name:        d.name(n.get("stage"), "Stage"),
		DisplayName: d.text(n.get("displayName")),
		DependsOn:   d.dependsOn(n),
		Condition:   d.condition(n.get("condition")),
		Variables:   d.variables(n.get("variables")),
	}
	if jobs := n.get("jobs"); jobs != nil {
		s.Jobs = d.jobs(jobs, n)
	} else {
		d.fail(n, "A stage needs jobs.")
	}
	return s
}

func (d *decoder) dependsOn(n *node) []string {
	value := n.get("dependsOn")
	if value == nil {
		return []string{}
	}
	return d.texts(value)
}

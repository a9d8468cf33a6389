package pipeline

import (
	"cmp"
	"slices"
	"strconv"
)

var (
	jobKeys = []string{
		"job", "displayName", "dependsOn", "condition", "continueOnError", "timeoutInMinutes", "cancelTimeoutInMinutes",
		"variables", "strategy", "pool", "container", "services", "workspace", "uses", "steps", "templateContext",
	}
	deploymentKeys = append([]string{"deployment", "environment"}, slices.DeleteFunc(slices.Clone(jobKeys),
		func(k string) bool { return k == "job" || k == "steps" })...)
)

func unnamed(what string, index int) string { return what + strconv.Itoa(index+1) }

func (d *decoder) jobs(n, parent *node) []Job {
	var jobs []Job
	var nodes []*node
	for _, it := range d.items(n) {
		if it.kind != mappingNode {
			d.fail(it, "A mapping was expected")
			continue
		}
		j := d.job(it)
		if j.Name == "" {
			j.Name = unnamed("Job", len(jobs))
		}
		j.DisplayName = cmp.Or(j.DisplayName, j.Name)
		jobs = append(jobs, j)
		nodes = append(nodes, it)
	}
	if len(jobs) == 0 {
		d.fail(parent, "The stage has no jobs.")
	}
	d.graph("Job", nodes, len(jobs), func(i int) (string, []string) { return jobs[i].Name, jobs[i].DependsOn })
	return jobs
}

func (d *decoder) job(n *node) Job {
	kind := "job"
	if n.get("deployment") != nil {
		kind = "deployment"
		d.mapping(n, deploymentKeys...)
	} else {
		d.mapping(n, jobKeys...)
		d.refuse(n, "strategy")
		if n.get("job") == nil {
			d.fail(n, "A job begins with 'job: name' or 'deployment: name'.")
		}
	}
	d.refuse(n, "container", "services")
	d.pool(n.get("pool"))
	j := Job{
		Name:                 d.name(n.get(kind), "Job"),
		DisplayName:          d.text(n.get("displayName")),
		DependsOn:            d.dependsOn(n),
		Condition:            d.condition(n.get("condition")),
		ContinueOnError:      d.boolean(n.get("continueOnError"), "false"),
		TimeoutMinutes:       d.minutes(n.get("timeoutInMinutes")),
		CancelTimeoutMinutes: d.minutes(n.get("cancelTimeoutInMinutes")),
		Variables:            d.variables(n.get("variables")),
	}
	if kind == "deployment" {
		j.Deployment = d.deployment(n)
		return j
	}
	if steps := n.get("steps"); steps != nil {
		j.Steps = d.jobSteps(steps)
	} else {
		d.fail(n, "A job needs steps.")
	}
	return j
}

// jobSteps decodes the steps of a job: the sources are checked out first unless a step says what to do about them.
func (d *decoder) jobSteps(n *node) []Step {
	steps, says := d.steps(n)
	if says {
		return steps
	}
	return slices.Insert(steps, 0, Step{Task: checkoutTask, Inputs: map[string]string{"repository": "self"}, ContinueOnError: "false"})
}

// deployment decodes what a deployment job has: an environment and the hooks of the runOnce strategy.
func (d *decoder) deployment(n *node) *Deployment {
	dep := &Deployment{}
	switch env := n.get("environment"); {
	case env == nil:
		d.fail(n, "A deployment needs an environment.")
	case env.kind == scalarNode:
		dep.Environment = env.text
	default:
		d.mapping(env, "name", "resourceName", "resourceId", "resourceType", "tags")
		dep.Environment, dep.Resource = d.text(env.get("name")), d.text(env.get("resourceName"))
	}
	if d.in.Environments != nil && dep.Environment != "" && !d.in.Environments(dep.Environment) {
		d.add(Problem{Message: "Job " + d.text(n.get("deployment")) + ": Environment " + dep.Environment +
			" could not be found. The environment does not exist or has not been authorized for use."})
	}
	strategy := n.get("strategy")
	if strategy == nil {
		d.fail(n, "A deployment needs a strategy.")
		return dep
	}
	d.mapping(strategy, "runOnce", "rolling", "canary")
	d.refuse(strategy, "rolling", "canary")
	if once := strategy.get("runOnce"); once != nil {
		d.runOnce(once, dep)
	}
	return dep
}

func (d *decoder) runOnce(once *node, dep *Deployment) {
	if !d.mapping(once, "preDeploy", "deploy", "routeTraffic", "postRouteTraffic", "on") {
		return
	}
	for _, name := range []string{"preDeploy", "deploy", "routeTraffic", "postRouteTraffic"} {
		if hook := once.get(name); hook != nil {
			dep.Hooks = append(dep.Hooks, d.hook(name, hook))
		}
	}
	if len(dep.Hooks) == 0 {
		d.fail(once, "The strategy has no hook to run.")
	}
	on := once.get("on")
	if on == nil || !d.mapping(on, "failure", "success") {
		return
	}
	if hook := on.get("failure"); hook != nil {
		h := d.hook("on_failure", hook)
		dep.OnFailure = &h
	}
	if hook := on.get("success"); hook != nil {
		h := d.hook("on_success", hook)
		dep.OnSuccess = &h
	}
}

// hook decodes the steps of one hook. The hook deploy begins with a download of all artifacts, unless a step says
// otherwise; sources are checked out only by a step that says so.
func (d *decoder) hook(name string, n *node) Hook {
	h := Hook{Name: name}
	if !d.mapping(n, "steps", "pool") {
		return h
	}
	d.pool(n.get("pool"))
	steps := n.get("steps")
	if steps == nil {
		d.fail(n, "A hook needs steps.")
		return h
	}
	h.Steps, _ = d.steps(steps)
	downloads := slices.ContainsFunc(steps.items, func(it *node) bool { return it.get("download") != nil })
	if name == "deploy" && !downloads {
		h.Steps = slices.Insert(h.Steps, 0, downloadAll())
	}
	return h
}

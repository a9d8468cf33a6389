package pipeline

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// stepKeys are allowed at every step; ownKeys are those that each kind adds, the kind itself being the first key.
var (
	stepKeys = []string{"condition", "continueOnError", "displayName", "target", "enabled", "env", "name", "timeoutInMinutes", "retryCountOnTaskFailure"}
	ownKeys  = map[string][]string{
		"script":   {"failOnStderr", "workingDirectory"},
		"bash":     {"failOnStderr", "workingDirectory"},
		"task":     {"inputs"},
		"checkout": {"clean", "fetchDepth", "fetchFilter", "fetchTags", "lfs", "persistCredentials", "submodules", "path", "workspaceRepo"},
		"publish":  {"artifact"},
		"download": {"artifact", "patterns"},
	}
	stepKinds   = []string{"task", "bash", "script", "checkout", "publish", "download"}
	remoteKinds = []string{"pwsh", "powershell", "downloadBuild", "getPackage", "reviewApp"}
	stepName    = regexp.MustCompile(`^[-_A-Za-z0-9]+$`)
)

// steps decodes a list of steps. says is true if one of them decides about the checkout of the sources.
func (d *decoder) steps(n *node) (steps []Step, says bool) {
	names := map[string]bool{}
	for _, it := range d.items(n) {
		kind := d.stepKind(it)
		if kind == "" {
			continue
		}
		says = says || kind == "checkout"
		step, runs := d.step(it, kind)
		if !runs {
			continue
		}
		if folded := strings.ToLower(step.Name); step.Name != "" {
			if names[folded] {
				d.fail(it.get("name"), "The step name %s appears more than once in the job. Step names must be unique.", step.Name)
			}
			names[folded] = true
		}
		steps = append(steps, step)
	}
	return steps, says
}

func (d *decoder) stepKind(it *node) string {
	if it.kind != mappingNode {
		d.fail(it, "A mapping was expected")
		return ""
	}
	for _, kind := range stepKinds {
		if it.get(kind) != nil {
			if !d.mapping(it, slices.Concat(stepKeys, []string{kind}, ownKeys[kind])...) {
				return ""
			}
			return kind
		}
	}
	for _, p := range it.pairs {
		if slices.Contains(remoteKinds, p.key.text) {
			d.fail(p.key, "'%s' steps are not available in the local Azure DevOps; use bash.", p.key.text)
			return ""
		}
	}
	at := it
	if len(it.pairs) > 0 {
		at = it.pairs[0].key
	}
	d.fail(at, "Unexpected value '%s'", at.text)
	return ""
}

// step decodes one step; runs is false for one that does nothing: enabled: false, checkout: none, download: none.
func (d *decoder) step(it *node, kind string) (step Step, runs bool) {
	step = Step{
		Name:            d.text(it.get("name")),
		DisplayName:     d.text(it.get("displayName")),
		Condition:       d.condition(it.get("condition")),
		ContinueOnError: d.boolean(it.get("continueOnError"), "false"),
		TimeoutMinutes:  d.minutes(it.get("timeoutInMinutes")),
		Retries:         d.retries(it.get("retryCountOnTaskFailure")),
		Env:             d.env(it.get("env")),
	}
	if step.Name != "" && !stepName.MatchString(step.Name) {
		d.fail(it.get("name"), "Step name %s is not valid. Names have only letters, digits, underscores and hyphens.", step.Name)
	}
	if target := it.get("target"); target != nil && d.text(target) != "host" {
		d.fail(target, "'target' is not available in the local Azure DevOps: steps run on the host.")
	}
	runs = true
	switch kind {
	case "checkout":
		runs = d.checkout(it, &step)
	case "download":
		runs = d.download(it, &step)
	case "task":
		d.task(it, &step)
	default:
		d.shorthand(it, kind, &step)
	}
	step.DisplayName = cmp.Or(step.DisplayName, defaultTitle(step.Task))
	return step, runs && d.boolean(it.get("enabled"), "true") != "false"
}

func defaultTitle(t Task) string {
	if t.Name == TaskCheckout {
		return "" // the agent names the repository
	}
	return t.Name
}

func (d *decoder) retries(n *node) int {
	text := d.text(n)
	if text == "" {
		return 0
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 {
		d.fail(n, "Expected a number of retries. Actual value: '%s'", text)
		return 0
	}
	return min(count, 10)
}

func (d *decoder) env(n *node) []EnvEntry {
	if n == nil || !d.mapping(n) {
		return nil
	}
	entries := make([]EnvEntry, 0, len(n.pairs))
	for _, p := range n.pairs {
		if strings.ContainsAny(p.key.text, "=\x00") || p.key.text == "" {
			d.fail(p.key, "'%s' is not the name of an environment variable.", p.key.text)
			continue
		}
		entries = append(entries, EnvEntry{p.key.text, d.text(p.value)})
	}
	return entries
}

// shorthand makes script, bash and publish the tasks that they stand for.
func (d *decoder) shorthand(it *node, kind string, step *Step) {
	inputs := map[string]string{}
	for _, key := range ownKeys[kind] {
		if value := it.get(key); value != nil {
			inputs[key] = d.text(value)
		}
	}
	reference := map[string]string{"script": "CmdLine@2", "bash": "Bash@3", "publish": "PublishPipelineArtifact@1"}[kind]
	task, _ := findTask(reference) // all three are in the table
	step.Task, step.Inputs = task.task, inputs
	switch kind {
	case "publish":
		inputs["path"] = d.text(it.get(kind))
		if artifact, ok := inputs["artifact"]; ok {
			inputs["artifactName"] = artifact
			delete(inputs, "artifact")
		}
	case "bash":
		inputs["targetType"] = "inline"
		fallthrough
	default:
		inputs["script"] = d.text(it.get(kind))
	}
}

func (d *decoder) checkout(it *node, step *Step) (runs bool) {
	step.Task, step.Inputs = checkoutTask, map[string]string{"repository": "self"}
	for _, key := range ownKeys["checkout"] {
		if value := it.get(key); value != nil {
			step.Inputs[key] = d.text(value)
		}
	}
	switch what := it.get("checkout"); d.text(what) {
	case "self":
		return true
	case "none":
		return false
	default:
		d.fail(what, "The repository '%s' is not available locally: only 'self' and 'none' can be checked out.", what.text)
		return false
	}
}

// download puts each artifact into a folder of its name, as the short form does on the service.
func (d *decoder) download(it *node, step *Step) (runs bool) {
	task, _ := findTask("DownloadPipelineArtifact@2")
	artifact := d.text(it.get("artifact"))
	step.Task = task.task
	step.Inputs = map[string]string{"source": "current", "path": "$(Pipeline.Workspace)"}
	if artifact != "" {
		step.Inputs["artifactName"] = artifact
		step.Inputs["path"] = "$(Pipeline.Workspace)/" + artifact
	}
	if patterns := d.text(it.get("patterns")); patterns != "" {
		step.Inputs["patterns"] = patterns
	}
	switch what := it.get("download"); d.text(what) {
	case "current":
		return true
	case "none":
		return false
	default:
		d.fail(what, "The pipeline resource '%s' is not available locally: only artifacts of the current run can be downloaded.", what.text)
		return false
	}
}

func (d *decoder) task(it *node, step *Step) {
	reference := it.get("task")
	kind, ok := findTask(d.text(reference))
	if !ok {
		name, _, _ := strings.Cut(reference.text, "@")
		d.fail(reference, "A task is missing. The pipeline references a task called '%s'. This usually indicates the task isn't installed, "+
			"and the local Azure DevOps has only these: %s.", name, supportedTasks())
		return
	}
	var inputs []pair
	if n := it.get("inputs"); n != nil && d.mapping(n) {
		inputs = n.pairs
	}
	step.Task = kind.task
	step.Inputs, step.UnknownInputs = kind.resolve(inputs, d.text)
	d.taskInputs(it, reference, kind, step)
}

func (d *decoder) taskInputs(it, reference *node, kind taskKind, step *Step) {
	for _, name := range kind.required {
		if strings.TrimSpace(step.Inputs[name]) == "" {
			d.fail(reference, "The task %s needs the input '%s'.", reference.text, name)
		}
	}
	for name, allowed := range kind.values {
		value := step.Inputs[name]
		if value != "" && !strings.Contains(value, "$(") && !slices.Contains(allowed, strings.ToLower(value)) {
			d.fail(reference, "The input '%s' of %s can be %s here, not '%s'.", name, reference.text, strings.Join(allowed, " or "), value)
		}
	}
	connection := step.Inputs[kind.connection]
	if kind.connection == "" || connection == "" || strings.Contains(connection, "$(") {
		return
	}
	if d.in.Connections == nil || !d.in.Connections(connection) {
		d.add(Problem{Message: "The pipeline is not valid. Step " + cmp.Or(step.Name, kind.task.Name) + " input " + kind.connection +
			" references service connection " + connection + " which could not be found. The service connection does not exist, " +
			"has been disabled or has not been authorized for use."})
	}
}

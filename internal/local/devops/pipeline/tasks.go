package pipeline

import "strings"

// The tasks that the local agent runs, by the names that Step.Task carries.
const (
	TaskBash             = "Bash"
	TaskCmdLine          = "CmdLine"
	TaskAzureCLI         = "AzureCLI"
	TaskPublishArtifact  = "PublishPipelineArtifact"
	TaskDownloadArtifact = "DownloadPipelineArtifact"
	TaskCheckout         = "Checkout"
)

var checkoutTask = Task{ID: "6d15af64-176c-496d-b583-fd2ae21d4df4", Name: TaskCheckout, Version: "1"}

// taskKind describes a task that the agent runs. Input names compare without regard to case.
type taskKind struct {
	task     Task
	inputs   []string
	aliases  map[string]string   // other name → name
	required []string            // inputs without which the task cannot do anything
	values   map[string][]string // inputs with a fixed set of values, in lower case
	// connection is the input that names a service connection.
	connection string
}

var taskKinds = []taskKind{
	{
		task:   Task{ID: "6c731c3c-3c68-459a-a5c9-bde6e6595b5b", Name: TaskBash, Version: "3"},
		inputs: []string{"targetType", "filePath", "arguments", "script", "workingDirectory", "failOnStderr", "bashEnvValue"},
		values: map[string][]string{"targetType": {"filepath", "inline"}},
	},
	{
		task:     Task{ID: "d9bafed4-0b18-4f58-968d-86655b4d2ce9", Name: TaskCmdLine, Version: "2"},
		inputs:   []string{"script", "workingDirectory", "failOnStderr"},
		required: []string{"script"},
	},
	{
		task: Task{ID: "46e4be58-730b-4389-8a2f-ea10b3e5e815", Name: TaskAzureCLI, Version: "2"},
		inputs: []string{"azureSubscription", "scriptType", "scriptLocation", "scriptPath", "inlineScript", "arguments",
			"addSpnToEnvironment", "workingDirectory", "failOnStandardError", "useGlobalConfig", "visibleAzLogin",
			"keepAzSessionActive", "allowNoSubscriptions", "powerShellErrorActionPreference", "powerShellIgnoreLASTEXITCODE"},
		aliases:  map[string]string{"connectedServiceNameARM": "azureSubscription", "scriptArguments": "arguments", "cwd": "workingDirectory"},
		required: []string{"azureSubscription", "scriptType"},
		// ps, pscore and batch exist on the service; the local agent has bash.
		values:     map[string][]string{"scriptType": {"bash"}, "scriptLocation": {"scriptpath", "inlinescript"}},
		connection: "azureSubscription",
	},
	{
		task:     Task{ID: "ecdc45f6-832d-4ad9-b52b-ee49e94659be", Name: TaskPublishArtifact, Version: "1"},
		inputs:   []string{"path", "artifactName", "publishLocation", "properties"},
		aliases:  map[string]string{"targetPath": "path", "artifact": "artifactName", "artifactType": "publishLocation"},
		required: []string{"path"},
		values:   map[string][]string{"publishLocation": {"pipeline"}},
	},
	{
		task:   Task{ID: "61f2a582-95ae-4948-b34d-a1b3c4f6a737", Name: TaskDownloadArtifact, Version: "2"},
		inputs: []string{"source", "artifactName", "path", "patterns", "project", "pipeline", "runVersion", "runId"},
		aliases: map[string]string{"artifact": "artifactName", "targetPath": "path", "downloadPath": "path", "itemPattern": "patterns",
			"buildType": "source", "definition": "pipeline", "buildVersionToDownload": "runVersion", "pipelineId": "runId", "buildId": "runId"},
		// The newest run of a pipeline, which the service finds too, is not looked for here.
		values: map[string][]string{"source": {"current", "specific"}, "runVersion": {"specific"}},
	},
}

// findTask finds a task by Name@major or GUID@major, without regard to case.
func findTask(reference string) (taskKind, bool) {
	name, version, _ := strings.Cut(reference, "@")
	for _, k := range taskKinds {
		if (strings.EqualFold(name, k.task.Name) || strings.EqualFold(name, k.task.ID)) && version == k.task.Version {
			return k, true
		}
	}
	return taskKind{}, false
}

// resolve sorts the inputs of a step as written by the names of the task, and lists those that the task does not know: the
// service ignores those with a warning, and so does the agent.
func (k taskKind) resolve(inputs []pair, text func(*node) string) (known map[string]string, unknown []string) {
	known = map[string]string{}
	for _, p := range inputs {
		if name := k.inputName(p.key.text); name != "" {
			known[name] = text(p.value)
		} else {
			unknown = append(unknown, p.key.text)
		}
	}
	return known, unknown
}

// inputName gives the task's own name of an input, "" if it has none such.
func (k taskKind) inputName(written string) string {
	for alias, name := range k.aliases {
		if strings.EqualFold(alias, written) {
			return name
		}
	}
	for _, name := range k.inputs {
		if strings.EqualFold(name, written) {
			return name
		}
	}
	return ""
}

// downloadAll is the step with which the deploy hook begins.
func downloadAll() Step {
	k, _ := findTask(TaskDownloadArtifact + "@2")
	return Step{
		Task: k.task, DisplayName: "Download Artifacts", ContinueOnError: "false",
		Inputs: map[string]string{"source": "current", "path": "$(Pipeline.Workspace)"},
	}
}

// supportedTasks is the list for messages.
func supportedTasks() string {
	names := make([]string, 0, len(taskKinds))
	for _, k := range taskKinds {
		names = append(names, k.task.Name+"@"+k.task.Version)
	}
	return strings.Join(names, ", ")
}

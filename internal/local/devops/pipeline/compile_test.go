package pipeline_test

import (
	"errors"
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// input is a project that has one of everything.
func input(parameters map[string]string) pipeline.Input {
	is := func(names ...string) func(string) bool {
		return func(name string) bool {
			for _, n := range names {
				if n == name {
					return true
				}
			}
			return false
		}
	}
	return pipeline.Input{
		Parameters:    parameters,
		Predefined:    map[string]string{"Build.Reason": "Manual", "Build.SourceBranch": "refs/heads/main"},
		Groups:        is("lazuli", "platform-dev"),
		Connections:   is("lazuli"),
		Environments:  is("dev", "prod"),
		RepositoryURL: "https://devops.example/platform", Branch: "refs/heads/main", Version: "abc",
	}
}

// compile compiles the file "pipeline.yml" of a repository given as path → text.
func compile(files map[string]string, in pipeline.Input) (*pipeline.Plan, error) {
	repo := fstest.MapFS{}
	for name, text := range files {
		repo[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return pipeline.Compile(repo, "pipeline.yml", in)
}

// TestCompile_goldenFiles compiles the files of testdata and compares what comes out with the .golden file beside it; `go test -run goldenFiles -update` rewrites them.
func TestCompile_goldenFiles(t *testing.T) {
	for _, c := range []struct {
		file       string
		parameters map[string]string
	}{
		{"provision.yml", map[string]string{"operationId": "01K0", "service": "shop"}},
		{"directives.yml", map[string]string{"env": "test"}},
		{"templates.yml", nil},
		{"extends.yml", nil},
	} {
		t.Run(c.file, func(t *testing.T) {
			plan, err := pipeline.Compile(os.DirFS("testdata"), c.file, input(c.parameters))
			if err != nil {
				t.Fatal(err)
			}
			golden := "testdata/" + c.file + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(plan.FinalYAML), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), plan.FinalYAML); diff != "" {
				t.Errorf("expanded pipeline (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompile_validation(t *testing.T) {
	const job = "steps:\n- bash: echo\n"
	for _, c := range []struct {
		name, text string
		parameters map[string]string
		want       string
	}{
		{"unexpectedParameter", job, map[string]string{"extra": "1"}, "/pipeline.yml: Unexpected parameter 'extra'"},
		{"missingParameter", "parameters:\n- name: env\n" + job, nil,
			"/pipeline.yml (Line: 2, Col: 3): A value for the 'env' parameter must be provided."},
		{"valueNotListed", "parameters:\n- name: env\n  values: [a, b]\n" + job, map[string]string{"env": "gamma"},
			"/pipeline.yml (Line: 2, Col: 3): The 'env' parameter value 'gamma' is not a valid value."},
		{"notBoolean", "parameters:\n- name: flag\n  type: boolean\n" + job, map[string]string{"flag": "yes"},
			"/pipeline.yml (Line: 2, Col: 3): The 'flag' parameter value 'yes' is not a valid Boolean."},
		{"notNumber", "parameters:\n- name: n\n  type: number\n" + job, map[string]string{"n": "x"},
			"/pipeline.yml (Line: 2, Col: 3): The 'n' parameter value 'x' is not a valid Number."},
		{"unknownKey", "trigger: none\nstepz:\n- bash: echo\nsteps: []\n", nil, "/pipeline.yml (Line: 2, Col: 1): Unexpected value 'stepz'"},
		{"unknownStepKey", "steps:\n- bash: echo\n  workdir: x\n", nil, "/pipeline.yml (Line: 3, Col: 3): Unexpected value 'workdir'"},
		{"badExpression", "steps:\n- bash: ${{ foo }}\n", nil,
			"/pipeline.yml (Line: 2, Col: 9): Unrecognized value: 'foo'. Located at position 1 within expression: 'foo'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996"},
		{"badExpressionInBranchNotTaken", "steps:\n- ${{ if false }}:\n  - bash: ${{ foo }}\n", nil,
			"/pipeline.yml (Line: 3, Col: 11): Unrecognized value: 'foo'. Located at position 1 within expression: 'foo'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996"},
		{"badCondition", "steps:\n- bash: echo\n  condition: eq(1\n", nil,
			"/pipeline.yml (Line: 3, Col: 14): Expected closing parenthesis: 'eq'. Located at position 1 within expression: 'eq(1'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996"},
		{"missingTemplate", "steps:\n- template: steps.yml\n", nil,
			"/pipeline.yml: File /steps.yml not found in repository https://devops.example/platform branch refs/heads/main version abc."},
		{"templateOutsideTheRepository", "steps:\n- template: ../../etc/passwd\n", nil,
			"/pipeline.yml: File /etc/passwd not found in repository https://devops.example/platform branch refs/heads/main version abc."},
		{"otherRepository", "steps:\n- template: a.yml@shared\n", nil,
			"/pipeline.yml (Line: 2, Col: 13): The repository 'shared' is not available locally: templates must be in the repository of the pipeline."},
		{"unknownGroup", "variables:\n- group: g\n" + job, nil,
			"Variable group g could not be found. The variable group does not exist or has not been authorized for use."},
		{"unknownEnvironment", "jobs:\n- deployment: d\n  environment: nope\n  strategy: {runOnce: {deploy: {steps: [{bash: echo}]}}}\n", nil,
			"Job d: Environment nope could not be found. The environment does not exist or has not been authorized for use."},
		{"unknownTask", "steps:\n- task: PowerShell@2\n", nil,
			"/pipeline.yml (Line: 2, Col: 9): A task is missing. The pipeline references a task called 'PowerShell'. This usually indicates the task isn't installed, " +
				"and the local Azure DevOps has only these: Bash@3, CmdLine@2, AzureCLI@2, PublishPipelineArtifact@1, DownloadPipelineArtifact@2."},
		{"unknownConnection", "steps:\n- task: AzureCLI@2\n  inputs: {azureSubscription: x, scriptType: bash, scriptPath: a.sh}\n", nil,
			"The pipeline is not valid. Step AzureCLI input azureSubscription references service connection x which could not be found. " +
				"The service connection does not exist, has been disabled or has not been authorized for use."},
		{"powershell", "steps:\n- pwsh: echo\n", nil, "/pipeline.yml (Line: 2, Col: 3): 'pwsh' steps are not available in the local Azure DevOps; use bash."},
		{"matrix", "jobs:\n- job: a\n  strategy: {matrix: {x: {y: z}}}\n  steps: [{bash: echo}]\n", nil,
			"/pipeline.yml (Line: 3, Col: 3): 'strategy' is not available in the local Azure DevOps."},
		{"counter", "variables: {x: \"$[counter('a', 1)]\"}\n" + job, nil, "/pipeline.yml (Line: 1, Col: 16): counter() is not available in the local Azure DevOps."},
		{"alias", "x: &a 1\nsteps: []\n", nil, "/pipeline.yml (Line: 1, Col: 4): Anchors are not supported. Remove the anchor 'a'."},
		{"duplicateKey", "trigger: none\nTrigger: none\n" + job, nil, "/pipeline.yml (Line: 2, Col: 1): 'Trigger' is already defined"},
		{"twoDocuments", job + "---\na: b\n", nil, "/pipeline.yml: The file has more than one YAML document."},
		{"empty", "# nothing\n", nil, "/pipeline.yml: The file is empty."},
		{"nothingToRun", "trigger: none\n", nil, "/pipeline.yml (Line: 1, Col: 1): The pipeline has nothing to run: it needs one of stages, jobs, steps, or extends."},
		{"unknownDependency", "jobs:\n- {job: a, dependsOn: b, steps: [{bash: echo}]}\n", nil, "/pipeline.yml (Line: 2, Col: 3): Job a depends on unknown job b."},
		{"cycle", "jobs:\n- {job: a, dependsOn: b, steps: [{bash: echo}]}\n- {job: b, dependsOn: a, steps: [{bash: echo}]}\n", nil,
			"/pipeline.yml (Line: 2, Col: 3): The dependencies of job a form a cycle."},
		{"sameJobTwice", "jobs:\n- {job: a, steps: [{bash: echo}]}\n- {job: A, steps: [{bash: echo}]}\n", nil,
			"/pipeline.yml (Line: 3, Col: 3): Job name A is already defined. Names are compared without regard to case."},
		{"sameStepNameTwice", "steps:\n- {bash: echo, name: a}\n- {bash: echo, name: A}\n", nil,
			"/pipeline.yml (Line: 3, Col: 22): The step name A appears more than once in the job. Step names must be unique."},
		{"elseAlone", "steps:\n- bash: echo\n- ${{ else }}:\n  - bash: echo\n", nil,
			"/pipeline.yml (Line: 3, Col: 3): 'else' must directly follow 'if' or 'elseif' at the same level."},
		{"loopNamedLikeAContext", "steps:\n- ${{ each variables in parameters.x }}:\n  - bash: echo\n", nil,
			"/pipeline.yml (Line: 2, Col: 3): The loop variable 'variables' has the name of something that is already there. Choose another name."},
		{"expressionInParameters", "parameters:\n- name: a\n  default: ${{ 1 }}\n" + job, nil,
			"/pipeline.yml (Line: 2, Col: 1): A template expression is not allowed in this context"},
		{"objectInText", "parameters:\n- name: o\n  type: object\n  default: [a]\nsteps:\n- bash: x ${{ parameters.o }}\n", nil,
			"/pipeline.yml (Line: 6, Col: 9): The expression 'parameters.o' is a list or an object and cannot stand inside text."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := compile(map[string]string{"pipeline.yml": c.text}, input(c.parameters))
			var validation *pipeline.ValidationError
			if !errors.As(err, &validation) {
				t.Fatalf("error %v, want a ValidationError", err)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCompile_deploy compiles the platform's own pipeline.
func TestCompile_deploy(t *testing.T) {
	plan, err := pipeline.Compile(os.DirFS("../../../.."), "infra/pipelines/deploy.yml", input(map[string]string{"operationId": "01K0"}))
	if err != nil {
		t.Fatal(err)
	}
	if plan.NumberText != "op-01K0.$(Rev:r)" || len(plan.Stages) != 1 || len(plan.Stages[0].Jobs) != 1 {
		t.Errorf("number %q, %d stages", plan.NumberText, len(plan.Stages))
	}
	// Only what runs the engine is given the identity of the service connection, and the job's own token to renew it with.
	for _, step := range plan.Stages[0].Jobs[0].Steps {
		engine := slices.Contains([]string{"restore", "plan", "apply"}, step.Name)
		if identity := step.Inputs["addSpnToEnvironment"] == "true"; identity != engine {
			t.Errorf("step %s has the identity: %v", step.Name, identity)
		}
		if token := slices.Contains(step.Env, pipeline.EnvEntry{Name: "SYSTEM_ACCESSTOKEN", Value: "$(System.AccessToken)"}); token != engine {
			t.Errorf("step %s has the job's token: %v", step.Name, token)
		}
	}
}

func TestCompile_manyProblemsInOneAnswer(t *testing.T) {
	_, err := compile(map[string]string{"pipeline.yml": "steps:\n- bsh: a\n- bash: b\n  envv: {}\n"}, input(nil))
	want := "/pipeline.yml (Line: 2, Col: 3): Unexpected value 'bsh'\n/pipeline.yml (Line: 4, Col: 3): Unexpected value 'envv'"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestCompile_templateThatIncludesItself(t *testing.T) {
	_, err := compile(map[string]string{"pipeline.yml": "steps:\n- template: a.yml\n", "a.yml": "steps:\n- template: a.yml\n"}, input(nil))
	if err == nil || err.Error() != "/a.yml (Line: 2, Col: 13): Templates are nested more than 20 deep." {
		t.Errorf("got %v", err)
	}
}

func TestCompile_workIsBounded(t *testing.T) {
	text := "parameters:\n- name: l\n  type: object\n  default: [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0]\nsteps:\n"
	indent := ""
	for _, loop := range []string{"a", "b", "c", "d", "e", "f"} {
		text += indent + "- ${{ each " + loop + " in parameters.l }}:\n"
		indent += "  "
	}
	text += indent + "- bash: echo\n"
	_, err := compile(map[string]string{"pipeline.yml": text}, input(nil))
	var validation *pipeline.ValidationError
	if !errors.As(err, &validation) || validation.Problems[0].Message != "The expanded pipeline has more than 200000 nodes." {
		t.Errorf("got %v", err)
	}
}

package agent_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// output gives what a step's commands wrote: the log between the command and the end.
func (e *execution) output(t *testing.T, name string) string {
	t.Helper()
	_, after, ok := strings.Cut(e.rec.text(t, name), "[command]")
	if !ok {
		t.Fatalf("%s ran no command:\n%s", name, e.rec.text(t, name))
	}
	_, after, _ = strings.Cut(after, "\n")
	before, _, _ := strings.Cut(after, "##[section]Finishing")
	return before
}

func TestVariables(t *testing.T) {
	e := prepare(t, `
variables:
- group: lazuli
- {name: a.b, value: "dotted $(shared)"}
- {name: loop, value: "x$(loop)"}
- {name: fixed, value: one, readonly: true}
- {name: queued, value: from the file}
- {name: computed, value: "$[ upper(variables.shared) ]"}
steps:
- checkout: none
- bash: |
    echo "1 $(a.b) $A_B"
    echo '2 $(loop) $(undefined) $(date)'
    echo "3 $QUEUED $(extra) $(computed)"
    echo "4 [${PASSWORD-unset}] [$MAPPED] $(echo $(password))"
    echo "5 ${HOST_SECRET-unset} $TF_BUILD $BUILD_REASON $VSTS_SECRET_VARIABLES"
    echo "##vso[task.setvariable variable=later]v1"
    echo "##vso[task.setvariable variable=fixed]two"
    echo "##vso[task.setvariable variable=Build.Reason]forged"
    echo "##vso[task.setvariable variable=hidden;isSecret=true]abc%AZP25def"
    echo "6 [${LATER-unset}]"
  displayName: first
  name: n
  env: {MAPPED: $(password)}
- bash: |
    echo "7 $LATER $(later) $(fixed) $(Build.Reason) [${HIDDEN-unset}] $(hidden)"
    echo "##vso[task.prependpath]$(tools)"
  displayName: second
- {bash: tool, displayName: third}
`, nil)
	tools := t.TempDir()
	if err := os.WriteFile(tools+"/tool", []byte("#!/bin/sh\necho 8 the tool ran\n"), 0o700); err != nil { //nolint:gosec // a tool
		t.Fatal(err)
	}
	e.in.Predefined["tools"] = tools
	e.in.QueueVariables = map[string]pipeline.Variable{"queued": {Value: "from the request"}, "extra": {Value: "extra"}}
	t.Setenv("HOST_SECRET", "leak")
	e.cfg.Environ = agent.Environ(os.Environ())
	if result := e.run(t); result != agent.Succeeded {
		t.Errorf("result %s", result)
	}
	want := `1 dotted from the group dotted from the group
2 x$(loop) $(undefined) $(date)
3 from the file extra FROM THE GROUP
4 [unset] [***] ***
5 unset True Manual ["password"]
##[warning]overwriting readonly variable 'fixed' is not permitted; see https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md for details
##[warning]overwriting readonly variable 'Build.Reason' is not permitted; see https://github.com/microsoft/azure-pipelines-yaml/blob/master/design/readonly-variables.md for details
6 [unset]
`
	if diff := cmp.Diff(want, e.output(t, "first")); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("7 v1 v1 one Manual [unset] ***\n", e.output(t, "second")); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("8 the tool ran\n", e.output(t, "third")); diff != "" {
		t.Errorf("third (-want +got):\n%s", diff)
	}
}

func TestMasking(t *testing.T) {
	const secret = `pa"ss/word+1&x`
	e := prepare(t, steps(`
- bash: |
    printf '%s\n' "$S" "x${S}y${S}"
    printf '%s' "$S" | base64
    echo 'pa%22ss%2Fword%2B1%26x' 'pa\"ss/word+1\u0026x'
    echo "##vso[task.setsecret]second"
    echo "a second time"
    echo "##vso[task.logissue type=error]it was $S"
    echo "##vso[task.uploadsummary]$PWD/note.md"
  displayName: leak ${S}
  env: {S: $(hidden)}
`), nil)
	e.in.QueueVariables = map[string]pipeline.Variable{"hidden": {Value: secret, Secret: true}}
	e.run(t)
	want := "***\nx***y***\n***\n*** ***\na *** time\n##[error]it was ***\n"
	if got := e.output(t, "leak ${S}"); !strings.HasPrefix(got, want) {
		t.Errorf("output\n%s\nwant\n%s", got, want)
	}
	if got := e.rec.named(t, "leak ${S}").Issues[0].Message; got != "it was ***" {
		t.Errorf("issue %q", got)
	}
}

func TestLoggingCommands(t *testing.T) {
	e := prepare(t, steps(`
- bash: |
    echo "# Summary" > summary.md
    echo "##vso[task.uploadsummary]$PWD/summary.md"
    echo "##vso[task.addattachment type=kind;name=n]summary.md"
    echo "##vso[build.addbuildtag]green"
    echo "##vso[build.updatebuildnumber]renamed"
    echo "##vso[artifact.upload artifactname=notes]summary.md"
    echo "##vso[task.logissue type=warning;sourcepath=main.tf;linenumber=3;code=W1]careful%0Aplease" >&2
    echo "before ##vso[task.setvariable variable=x]1"
    echo "##vso[task.debug]not shown"
    echo "##vso[nothing.known]x"
    echo "##[group]kept"
    for i in $(seq 12); do echo "##vso[task.logissue type=error]error $i"; done
  displayName: commands
- {bash: 'echo "##vso[task.complete result=SucceededWithIssues;]so so"', displayName: complete}
- {bash: 'echo "##vso[task.setprogress value=fast]"', displayName: malformed}
`), nil)
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	r := e.rec.named(t, "commands")
	if r.Result != agent.Succeeded || r.ErrorCount != 12 || r.WarningCount != 2 || len(r.Issues) != 12 {
		t.Errorf("result %s with %d errors, %d warnings, %d issues", r.Result, r.ErrorCount, r.WarningCount, len(r.Issues))
	}
	data := r.Issues[0].Data
	if r.Issues[0].Message != "careful\nplease" || data["sourcepath"] != "main.tf" || data["linenumber"] != "3" || data["code"] != "W1" || data["logFileLineNumber"] == "" {
		t.Errorf("issue %+v", r.Issues[0])
	}
	if got := e.output(t, "commands"); strings.Contains(got, "##vso[task") || strings.Contains(got, "before") || strings.Contains(got, "not shown") || !strings.Contains(got, "##[group]kept") {
		t.Errorf("output\n%s", got)
	}
	if len(e.rec.attachments) != 2 || e.rec.attachments[0].Type != agent.SummaryAttachment || string(e.rec.attachments[1].Content) != "# Summary\n" {
		t.Errorf("attachments %+v", e.rec.attachments)
	}
	if !slices.Equal(e.rec.tags, []string{"green"}) || e.rec.number != "renamed" || e.artifacts.named["notes"]["summary.md"] == nil {
		t.Errorf("tags %v, number %s, artifacts %v", e.rec.tags, e.rec.number, e.artifacts.named)
	}
	if got := e.rec.named(t, "complete"); got.Result != agent.SucceededWithIssues {
		t.Errorf("complete: %s", got.Result)
	}
	if got := e.rec.named(t, "malformed"); got.Result != agent.Failed || !strings.Contains(got.Issues[0].Message, "the progress 'fast' is not a number from 0 to 100") {
		t.Errorf("malformed: %s %+v", got.Result, got.Issues)
	}
}

func TestArtifacts(t *testing.T) {
	e := prepare(t, `
jobs:
- job: make
  steps:
  - checkout: none
  - bash: mkdir -p out/sub; echo 1 > out/a.txt; echo 2 > out/sub/b.txt; echo 3 > out/c.bin
  - {publish: out, artifact: all}
  - {publish: out/a.txt, artifact: one}
  - {publish: out, artifact: all, displayName: twice, continueOnError: true}
- job: use
  dependsOn: make
  steps:
  - checkout: none
  - {download: current, artifact: all, patterns: "**/*.txt"}
  - {bash: "cd $(Pipeline.Workspace)/all && find . -type f | sort | tr '\\n' ' '", displayName: list}
  - task: DownloadPipelineArtifact@2
    inputs: {artifact: one, path: here}
  - {bash: "cat here/a.txt", displayName: single}
  - task: DownloadPipelineArtifact@2
    inputs: {source: specific, project: $(System.TeamProjectId), pipeline: deploy, runVersion: specific, runId: 7, artifact: plan, path: there}
  - {bash: "cat there/plan.sealed", displayName: of another run}
  - {download: current, artifact: none, displayName: missing}
  - task: DownloadPipelineArtifact@2
    displayName: no such run
    condition: always()
    inputs: {source: specific, pipeline: deploy, runVersion: specific, runId: 8, artifact: plan}
`, nil)
	e.in.Artifacts = &artifactStore{named: map[string]fstest.MapFS{"7/plan": {"plan.sealed": {Data: []byte("sealed")}}}}
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	if got := e.output(t, "list"); got != "./a.txt ./sub/b.txt \n" {
		t.Errorf("downloaded %q", got)
	}
	if got := e.output(t, "single"); got != "1\n" {
		t.Errorf("single file %q", got)
	}
	if got := e.output(t, "of another run"); got != "sealed\n" {
		t.Errorf("file of another run %q", got)
	}
	for name, want := range map[string]string{
		"no such run": "find run 8 of pipeline 'deploy': file does not exist",
		"twice":       "artifact all already exists for build 7", "missing": "artifact none was not found for build 7",
	} {
		if r := e.rec.named(t, name); len(r.Issues) != 1 || r.Issues[0].Message != want {
			t.Errorf("%s: issues %+v, want %q", name, r.Issues, want)
		}
	}
}

func TestAzureCLI(t *testing.T) {
	script := `
az account get-access-token --resource "$LAZULI_AUDIENCE" --query accessToken -o tsv > got
[ "$(cat got)" = the-token ] && echo "right token, id $servicePrincipalId, tenant $tenantId, $# arguments, $2"
az account get-access-token --resource other --query accessToken -o tsv || echo "refused with $?"
az login || echo "refused with $?"
echo "$idToken" $(cat got)
`
	e := prepare(t, `
steps:
- checkout: self
- task: AzureCLI@2
  displayName: deploy
  inputs: {azureSubscription: lazuli, scriptType: bash, scriptPath: deploy.sh, arguments: 'one "two words"', addSpnToEnvironment: true}
  env: {LAZULI_AUDIENCE: lazuli}
- task: AzureCLI@2
  displayName: inline
  inputs: {azureSubscription: lazuli, scriptType: bash, scriptLocation: inlineScript, inlineScript: 'echo "[${idToken-unset}]"'}
- bash: command -v az | grep -v az- || true
  displayName: without
- task: AzureCLI@2
  displayName: missing
  inputs: {azureSubscription: lazuli, scriptType: bash, scriptPath: nope.sh}
`, map[string]string{"deploy.sh": script})
	e.in.Connections = map[string]agent.Connection{"lazuli": {ServicePrincipalID: "sp", TenantID: "tn", IDToken: "the-id-token", Resources: []string{"lazuli"}}}
	e.in.Token = func(_ context.Context, connection, resource string) (agent.Token, error) {
		if connection != "lazuli" || resource != "lazuli" {
			t.Errorf("a token was asked for %s, %s", connection, resource)
		}
		return agent.Token{Value: "the-token", Expires: time.Now().Add(time.Hour)}, nil
	}
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	hint := "az (local stand-in): the only command here is: az account get-access-token --resource RESOURCE --query accessToken -o tsv\n"
	want := "right token, id sp, tenant tn, 2 arguments, two words\n" +
		"az (local stand-in): this service connection has no token for 'other'.\n" + hint + "refused with 2\n" +
		"az (local stand-in): 'az login' is not available.\n" + hint + "refused with 2\n*** ***\n"
	if diff := cmp.Diff(want, e.output(t, "deploy")); diff != "" {
		t.Errorf("deploy (-want +got):\n%s", diff)
	}
	if got := e.output(t, "inline"); got != "[unset]\n" {
		t.Errorf("inline %q", got)
	}
	if r := e.rec.named(t, "missing"); len(r.Issues) != 1 || r.Issues[0].Message != "invalid file path 'nope.sh': there is no such script in the sources" {
		t.Errorf("issues %+v", r.Issues)
	}
}

func TestLogLimit(t *testing.T) {
	e := prepare(t, steps("- bash: for i in $(seq 1000); do echo line $i; done; echo '##vso[task.setvariable variable=x]kept'\n  displayName: noisy\n- {bash: echo $(x), displayName: after}\n"), nil)
	e.cfg.LogLimit = 2000
	e.run(t)
	log := e.rec.text(t, "noisy")
	if len(log) > 4000 || !strings.Contains(log, "##[warning]The output of this step is longer than 2000 bytes. What follows is not kept.") || !strings.HasSuffix(log, "Finishing: noisy\n") {
		t.Errorf("log\n%s", log)
	}
	if got := e.output(t, "after"); got != "kept\n" {
		t.Errorf("a command behind the limit was lost: %q", got)
	}
}

func TestScripts(t *testing.T) {
	e := prepare(t, `
steps:
- checkout: self
- {script: "pwd; echo err >&2", displayName: merged}
- {bash: "echo err >&2", displayName: strict, failOnStderr: true, continueOnError: true}
- {bash: pwd, displayName: nowhere, workingDirectory: nope, continueOnError: true}
- {bash: 'kill -TERM $$', displayName: killed, continueOnError: true}
- {bash: 'false; echo "last counts"', displayName: last}
- task: Bash@3
  displayName: file
  inputs: {filePath: "it's.sh", arguments: 'a "b c"', mystery: 1}
`, map[string]string{"it's.sh": `echo "$#:$2"`})
	if result := e.run(t); result != agent.SucceededWithIssues {
		t.Errorf("result %s", result)
	}
	if got := e.output(t, "merged"); !strings.HasSuffix(got, "/_work/1/s\nerr\n") {
		t.Errorf("merged %q", got)
	}
	if got := e.output(t, "file"); got != "2:b c\n" {
		t.Errorf("file %q", got)
	}
	for name, want := range map[string]string{
		"strict": "Bash wrote one or more lines to the standard error stream.", "killed": "Bash exited with code '143'.",
		"file": "Unexpected input(s) 'mystery'",
	} {
		if r := e.rec.named(t, name); len(r.Issues) != 1 || r.Issues[0].Message != want {
			t.Errorf("%s: issues %+v, want %q", name, r.Issues, want)
		}
	}
	if r := e.rec.named(t, "nowhere"); r.Result != agent.SucceededWithIssues || !strings.Contains(r.Issues[0].Message, "does not exist") {
		t.Errorf("nowhere: %+v", r)
	}
}

func TestEnviron(t *testing.T) {
	got := agent.Environ([]string{"PATH=/bin", "AWS_SECRET=x", "LC_ALL=C", "EXTRA=1", "HOMER=x", "broken"}, "EXTRA")
	if want := []string{"PATH=/bin", "LC_ALL=C", "EXTRA=1"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

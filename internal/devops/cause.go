package devops

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// causeLines is how many lines of the log go with an error, its own line the last of them.
	causeLines = 12
	// tailLines is how far from its end the log of a failed step is searched for an error line.
	tailLines = 200
)

// exitText matches what every failed script says, which explains nothing.
var exitText = regexp.MustCompile(`(?i)(exited with code|failed with exit code|failed with error|script failed with|process completed with exit code)\b`)

// errorLine matches a line in which a tool says what is wrong: "Error: …" of Terraform and OpenTofu (in its frame, too),
// "##[error]…" of a task, "error: …", "fatal: …" of git and others.
var errorLine = regexp.MustCompile(`^[\s│|╷╵]*(##\[error\]\s*)?(Error|ERROR|error|fatal|FATAL|panic):?\s+\S|^##\[error\]`)

// firstError finds why a run failed: the first issue in the order of the steps that says more than an exit code, else the
// first error line near the end of the failed step's log, else the exit code. The lines before it help; if they
// cannot be read, the error goes without.
func (p *Pipelines) firstError(ctx context.Context, id int, b build.Build, records []build.TimelineRecord) *platform.OperationError {
	var exit *platform.OperationError
	for _, r := range records {
		for _, issue := range value(r.Issues) {
			if value(issue.Type) != build.IssueTypeValues.Error {
				continue
			}
			message := cleaned(value(issue.Message))
			if !exitText.MatchString(message) {
				return &platform.OperationError{Code: "StepFailed", Message: message, Target: value(r.Name), Lines: p.linesBefore(ctx, id, r, issue)}
			}
			if exit == nil {
				exit = p.errorFromLog(ctx, id, r, message)
			}
		}
	}
	if exit != nil {
		return exit
	}
	for _, v := range value(b.ValidationResults) { // a run that failed before it had a plan
		if value(v.Result) == build.ValidationResultValues.Error {
			return &platform.OperationError{Code: "PipelineInvalid", Message: cleaned(value(v.Message)), Action: "The platform team has to mend the pipeline."}
		}
	}
	return nil
}

// linesBefore reads the lines of a record's log up to the one that the issue came from, else its last ones.
func (p *Pipelines) linesBefore(ctx context.Context, id int, r build.TimelineRecord, issue build.Issue) []string {
	if r.Log == nil || r.Log.Id == nil {
		return nil
	}
	if at, err := strconv.Atoi(value(issue.Data)["logFileLineNumber"]); err == nil && at > 0 {
		lines, err := p.lines(ctx, id, *r.Log.Id, max(1, at-causeLines+1), at)
		if err == nil {
			return readable(lines)
		}
		p.log.Warn("Log lines of a failed step could not be read", "run", id, "step", value(r.Name), "error", err)
		return nil
	}
	lines := p.tail(ctx, id, r)
	return readable(lines[max(0, len(lines)-causeLines):])
}

// errorFromLog makes an error of a step that said no more than its exit code.
func (p *Pipelines) errorFromLog(ctx context.Context, id int, r build.TimelineRecord, exit string) *platform.OperationError {
	why := &platform.OperationError{Code: "StepFailed", Message: exit, Target: value(r.Name)}
	lines := readable(p.tail(ctx, id, r))
	last := len(lines) - 1
	for i, line := range lines {
		if errorLine.MatchString(line) && !exitText.MatchString(line) {
			why.Message = strings.TrimSpace(strings.TrimPrefix(strings.Trim(line, " │|╷╵\t"), "##[error]"))
			last = min(i+causeLines/2, last) // what follows a tool's error line explains it
			break
		}
	}
	why.Lines = lines[max(0, last-causeLines+1) : last+1]
	return why
}

// tail reads the end of a record's log; nothing when it has none or it cannot be read.
func (p *Pipelines) tail(ctx context.Context, id int, r build.TimelineRecord) []string {
	if r.Log == nil || r.Log.Id == nil {
		return nil
	}
	logs, err := p.builds.GetBuildLogs(ctx, build.GetBuildLogsArgs{Project: &p.project, BuildId: &id})
	if err != nil {
		p.log.Warn("Logs of a failed run could not be listed", "run", id, "error", err)
		return nil
	}
	for _, l := range value(logs) {
		if value(l.Id) != *r.Log.Id {
			continue
		}
		count := int(value(l.LineCount)) //nolint:gosec // a number of lines
		lines, err := p.lines(ctx, id, *r.Log.Id, max(1, count-tailLines+1), max(1, count))
		if err != nil {
			p.log.Warn("Log lines of a failed step could not be read", "run", id, "step", value(r.Name), "error", err)
		}
		return lines
	}
	return nil
}

// readable strips lines of their time stamps and leaves out the frame that the agent puts around a step's own output.
func readable(lines []string) []string {
	var kept []string
	for _, line := range lines {
		line = text(line)
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "##[section]") || strings.HasPrefix(line, "====") {
			continue
		}
		kept = append(kept, line)
	}
	return kept
}

package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// marks are the five states of a step, as Azure's tools show them.
var marks = map[api.OperationStepStatus]string{"Succeeded": "(✓)", "Failed": "(x)", "Canceled": "(!)", "Skipped": "(-)", "Running": "(…)"}

// stepLine is a step that has a line of its own, and what it is called there.
type stepLine struct {
	step  api.OperationStep
	label string
}

// stepLines gives a line to every task, and to a stage or a job that has none to show. Where there are several stages, or several
// jobs in one, a label says which: "build › test › unit tests".
func stepLines(steps []api.OperationStep) []stepLine {
	byID, parents := map[string]api.OperationStep{}, map[string]bool{}
	named := map[string]map[string]bool{} // names of stages under "", of jobs under the name of their stage
	for _, step := range steps {
		byID[text(step.ID)] = step
		parents[text(step.Parent)] = true
		if text(step.Kind) == "stage" || text(step.Kind) == "job" {
			of := byID[text(step.Parent)].Name
			if named[of] == nil {
				named[of] = map[string]bool{}
			}
			named[of][step.Name] = true
		}
	}
	var lines []stepLine
	for _, step := range steps {
		if step.ID != nil && parents[*step.ID] {
			continue
		}
		label, above := clean(step.Name), step
		for range 2 { // a task's job, a job's stage
			var ok bool
			if above, ok = byID[text(above.Parent)]; !ok {
				break
			}
			if len(named[byID[text(above.Parent)].Name]) > 1 {
				label = clean(above.Name) + " › " + label
			}
		}
		if step.Attempt != nil && *step.Attempt > 1 {
			label += fmt.Sprintf(" (attempt %d)", *step.Attempt)
		}
		lines = append(lines, stepLine{step, label})
	}
	return lines
}

// statusOf tells a step's state in the words of a list.
func statusOf(step api.OperationStep) string {
	said := []string{string(step.Status)}
	if step.Status == "Running" && step.Percent != nil && *step.Percent > 0 {
		said = append(said, fmt.Sprintf("%d %%", *step.Percent))
	}
	if step.Detail != nil {
		said = append(said, clean(*step.Detail))
	}
	return strings.Join(said, "  ")
}

// showSteps shows each step once when it has ended, and on a terminal the one that runs.
func (s *session) showSteps(op api.Operation, shown map[string]bool) {
	if s.onTerminal() {
		fmt.Fprint(s.Err, "\r\x1b[K")
	}
	current := string(op.Stage)
	if op.Message != nil {
		current = clean(*op.Message)
	}
	for _, line := range stepLines(op.Steps) {
		key := text(line.step.ID) + " " + line.label
		switch {
		case line.step.Status == "Running":
			current = strings.TrimSpace(line.label + strings.TrimPrefix(statusOf(line.step), "Running"))
		case line.step.Status != "NotStarted" && !shown[key]:
			shown[key] = true
			fmt.Fprintf(s.Err, "  %s %-8s %s\n", marks[line.step.Status], line.label, took(line.step))
		}
	}
	if op.Percent != nil && *op.Percent > 0 {
		current += fmt.Sprintf("  %d %%", *op.Percent)
	}
	if s.onTerminal() && op.Stage != "done" {
		fmt.Fprintf(s.Err, "  %s %s", marks["Running"], current)
	}
}

func took(step api.OperationStep) string {
	if step.StartedAt == nil || step.FinishedAt == nil {
		return ""
	}
	return step.FinishedAt.Sub(*step.StartedAt).Round(10 * time.Millisecond).String()
}

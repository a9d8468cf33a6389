package agent

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// recordNamespace makes the ids of records: version 5 GUIDs of their identifiers, the same in every run of a plan.
var recordNamespace = uuid.MustParse("9b1d5d0c-6f0a-5c37-9a54-6d3c1f0b7a21")

func recordID(identifier string) string {
	return uuid.NewSHA1(recordNamespace, []byte(identifier)).String()
}

// leg is one job on an agent: the one of an ordinary job, or a hook of a deployment.
type leg struct {
	stage      pipeline.Stage
	job        pipeline.Job
	hook       string // "" for an ordinary job
	steps      []pipeline.Step
	identifier string // stage.job.__default, stage.job.deploy
	recordID   string
}

// newLeg describes a job, or a hook of it.
func newLeg(s pipeline.Stage, j pipeline.Job, hook *pipeline.Hook) leg {
	l := leg{stage: s, job: j, steps: j.Steps, identifier: s.Name + "." + j.Name + ".__default"}
	if hook != nil {
		l.hook, l.steps, l.identifier = hook.Name, hook.Steps, s.Name+"."+j.Name+"."+hook.Name
	}
	l.recordID = recordID(l.identifier)
	return l
}

func stageID(s pipeline.Stage) string { return recordID(s.Name) }

func phaseID(s pipeline.Stage, j pipeline.Job) string { return recordID(s.Name + "." + j.Name) }

func (l leg) record(order int) Record {
	name := l.job.DisplayName
	if l.hook != "" && l.hook != "deploy" {
		name += " " + l.hook
	}
	return Record{
		ID: l.recordID, ParentID: phaseID(l.stage, l.job), Type: TypeJob, Name: name, Identifier: l.identifier,
		State: Pending, Order: order, Attempt: 1,
	}
}

// Outline gives the records that exist before anything has started: every stage, phase and job, pending. A deployment's
// jobs are its hooks; those of on.failure and on.success come when they are needed.
func Outline(plan *pipeline.Plan) []Record {
	var records []Record
	for i, s := range plan.Stages {
		records = append(records, Record{
			ID: stageID(s), Type: TypeStage, Name: s.DisplayName, Identifier: s.Name, State: Pending, Order: i + 1, Attempt: 1,
		})
		for k, j := range s.Jobs {
			records = append(records, Record{
				ID: phaseID(s, j), ParentID: stageID(s), Type: TypePhase, Name: j.DisplayName, Identifier: s.Name + "." + j.Name,
				State: Pending, Order: k + 1, Attempt: 1,
			})
			for n, l := range legs(s, j) {
				records = append(records, l.record(n+1))
			}
		}
	}
	return records
}

// legs are the jobs of a phase that run one after the other as long as none fails.
func legs(s pipeline.Stage, j pipeline.Job) []leg {
	if j.Deployment == nil {
		return []leg{newLeg(s, j, nil)}
	}
	var found []leg
	for _, h := range j.Deployment.Hooks {
		found = append(found, newLeg(s, j, &h))
	}
	return found
}

// Interrupted gives the records that must change when the agent died in the middle of a run: what was in progress becomes
// failed, what had not started becomes skipped, and each job that was in progress gets an error issue with the reason
// (each stage, if no job was).
func Interrupted(records []Record, at time.Time, reason string) []Record {
	blame := TypeStage
	if slices.ContainsFunc(records, func(r Record) bool { return r.Type == TypeJob && r.State == InProgress }) {
		blame = TypeJob
	}
	at = at.UTC()
	var changed []Record
	for _, r := range records {
		switch r.State {
		case InProgress:
			r.State, r.Result, r.Finish = Completed, Failed, &at
			if r.Type == blame {
				r.Issues = append(slices.Clone(r.Issues), Issue{Type: "error", Category: "General", Message: reason})
				r.ErrorCount++
			}
		case Pending:
			r.State, r.Result = Completed, Skipped
		default:
			continue
		}
		changed = append(changed, r)
	}
	return changed
}

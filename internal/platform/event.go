package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// eventData is the body of every event about an environment or an operation. It holds no secret: secret outputs are references.
type eventData struct {
	Project     string          `json:"project"`
	Environment string          `json:"environment"`
	Operation   string          `json:"operation"`
	Deployment  string          `json:"deployment,omitempty"`
	Kind        string          `json:"kind"`
	Actor       string          `json:"actor"`
	State       string          `json:"state,omitempty"`
	Status      string          `json:"status,omitempty"`
	Stage       string          `json:"stage,omitempty"`
	Run         string          `json:"run,omitempty"`
	Plan        *eventPlan      `json:"plan,omitempty"`
	Error       string          `json:"error,omitempty"`
	Outputs     json.RawMessage `json:"outputs,omitempty"`

	Proven         *bool    `json:"proven,omitempty"` // with a deletion
	Remaining      []string `json:"remaining,omitempty"`
	RemainingCount int      `json:"remainingCount,omitempty"`
	Drifted        int      `json:"drifted,omitempty"` // how many resources are not as they were deployed
}

type eventPlan struct {
	Digest string `json:"digest"`
	Add    int    `json:"add"`
	Change int    `json:"change"`
	Remove int    `json:"remove"`
}

// newEvent makes the next event about an environment. Its id follows from the operation and the count of its events, so that
// it is the same event however often it is sent; its sequence counts within the environment, for ever.
func newEvent(op *Operation, env *Environment, kind *EventType, data eventData, now time.Time) Message {
	op.Events++
	env.Events++
	data.Project, data.Environment, data.Operation, data.Deployment = op.Project, op.Environment, op.ID, op.Deployment
	data.Kind, data.Actor = op.Kind, op.RequestedBy
	return Message{
		ID: eventID(op.ID, op.Events), Project: op.Project, Operation: op.ID, Destination: EventsTopic, Session: sessionOf(op.Project, op.Environment),
		Event: &Event{Type: kind.Name(), Subject: subjectOf(op.Project, op.Environment), Time: now, Sequence: env.Events, Data: encodeData(data)},
	}
}

func encodeData(data any) json.RawMessage {
	body, err := json.Marshal(data)
	if err != nil { // strings, numbers and raw JSON that was parsed before: cannot happen, and must not stop a commit
		return json.RawMessage(`{}`)
	}
	return body
}

// acceptEvents are the events of a change that was accepted: the operation, and what it does to its environment.
func acceptEvents(op *Operation, env *Environment) []Message {
	data := eventData{Status: string(op.Status), Stage: string(op.Stage), State: string(env.State)}
	events := []Message{newEvent(op, env, operationAccepted, data, op.CreatedAt)}
	if env.State != env.Resting {
		events = append(events, newEvent(op, env, environmentEvents[env.State], eventData{State: string(env.State)}, op.CreatedAt))
	}
	return events
}

// stepEvent is an event to be made of a step of an operation.
type stepEvent struct {
	kind *EventType
	data eventData
}

// stepEvents tells what an operation has passed between two writes of it; dep is its deployment when it is part of the second.
func stepEvents(before, after Operation, dep *Deployment) []stepEvent {
	data := eventData{Status: string(after.Status), Stage: string(after.Stage)}
	switch {
	case after.Status.Final() && before.Stage == AwaitingApproval && after.Error != nil && after.Error.Code == approvalRejected:
		return []stepEvent{{operationRejected, data}}
	case after.Status.Final():
		return nil
	}
	var out []stepEvent
	if before.Gate != GateOpen && after.Gate == GateOpen {
		out = append(out, stepEvent{operationApproved, data})
	}
	if before.Claimed.ID == "" && after.Claimed.ID != "" {
		data.Run = after.Claimed.ID
		out = append(out, stepEvent{operationStarted, data})
		data.Run = ""
	}
	if dep != nil && dep.Plan != nil && before.Plan == "" && after.Plan != "" {
		p := dep.Plan
		planned := data
		planned.Plan = &eventPlan{Digest: p.Digest, Add: p.Counts.Add, Change: p.Counts.Change, Remove: p.Counts.Remove}
		out = append(out, stepEvent{operationPlanned, planned})
	}
	if kind := stageEvents[after.Stage]; kind != nil && before.Stage != after.Stage {
		out = append(out, stepEvent{kind, data})
	}
	return out
}

// endEvents are the events of an operation's end: what became of the operation, and where that left the environment.
func endEvents(op *Operation, env *Environment, now time.Time) []Message {
	data := eventData{Status: string(op.Status), Stage: string(op.Stage), State: string(env.State)}
	if op.Error != nil {
		data.Error = op.Error.Code
	}
	events := []Message{newEvent(op, env, endEventOf[op.Status], data, now)}
	if kind := environmentEvents[env.State]; kind != nil && op.Mode != ModePlan && op.Mode != ModeDrift {
		about := eventData{State: string(env.State), Outputs: env.Outputs}
		if env.State == Deleted || env.State == DeleteFailed {
			about = deletedData(*env)
		}
		events = append(events, newEvent(op, env, kind, about, now))
	}
	return events
}

// projectNews is what is told of a change that has no operation. It goes through the outbox under an id of its own, which is
// on the work list of the sweep like that of an operation.
type projectNews struct {
	id   string
	sent []Message
}

// newNews opens the id, before anything is committed under it.
func (s *Service) newNews(ctx context.Context, project string) (projectNews, error) {
	n := projectNews{id: s.NewID()}
	if err := s.Store.OpenOperation(ctx, n.id, project, s.Now()); err != nil {
		return n, fmt.Errorf("open news of project %s: %w", project, err)
	}
	return n, nil
}

// projectData is the body of every event about a project itself.
type projectData struct {
	Project     string   `json:"project"`
	Environment string   `json:"environment,omitempty"` // of values
	Actor       string   `json:"actor"`
	Revision    int64    `json:"revision,omitempty"`
	Version     int64    `json:"version,omitempty"`
	Keys        []string `json:"keys,omitempty"`
	Name        string   `json:"subscription,omitempty"`
}

// add makes the next event about a project. Its sequence counts within the project.
func (n *projectNews) add(p *Project, kind *EventType, subject string, data projectData, now time.Time) {
	p.Events++
	data.Project = p.Name
	n.sent = append(n.sent, Message{
		ID: eventID(n.id, len(n.sent)+1), Project: p.Name, Operation: n.id, Destination: EventsTopic, Session: p.Name,
		Event: &Event{Type: kind.Name(), Subject: subject, Time: now, Sequence: p.Events, Data: encodeData(data)},
	})
}

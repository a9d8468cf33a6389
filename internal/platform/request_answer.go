package platform

import (
	"context"
	"encoding/json"
)

// RequestAnswer answers a command that came by message.
type RequestAnswer struct {
	Request    string // the message's id, which is the correlation of the event
	Message    []byte // the whole of it: another message under the same id gets an answer of its own
	Command    string // operationId; empty when the message names none
	Status     int    // of the API's answer
	Operations []string
	Problem    json.RawMessage // of a refusal, as the API has it
}

type answerData struct {
	Request    string          `json:"request"`
	Command    string          `json:"command,omitempty"`
	Status     int             `json:"status"`
	Operation  string          `json:"operation,omitempty"`
	Operations []string        `json:"operations,omitempty"`
	Problem    json.RawMessage `json:"problem,omitempty"`
}

// AnswerRequest tells the answer to a command, as an event that is about no project: no subscription of a project gets it. It goes
// out at once, not through an outbox: whoever did the command does it again, and comes here again, until this has worked.
func (s *Service) AnswerRequest(ctx context.Context, a RequestAnswer) error {
	kind, data := requestAccepted, answerData{Request: a.Request, Command: a.Command, Status: a.Status, Operations: a.Operations, Problem: a.Problem}
	if len(a.Problem) > 0 {
		kind = requestRefused
	}
	if len(a.Operations) == 1 {
		data.Operation, data.Operations = a.Operations[0], nil
	}
	return s.Messenger.Send(ctx, Message{
		ID: a.Request + "." + kind.kind + "." + digestOf(a.Message)[:12], Operation: a.Request, Destination: EventsTopic, Session: "requests/" + a.Request,
		Event: &Event{Type: kind.Name(), Subject: "requests/" + a.Request, Time: s.Now(), Data: encodeData(data)},
	})
}

package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// mustHold checks what is promised, by what anybody can see.
func (c *chaos) mustHold(t *testing.T, bus string) {
	t.Helper()
	c.mustBeFree(t)
	changes := map[string][]span{}
	for _, op := range c.done {
		if op.Status != "Succeeded" && op.Status != "Failed" && op.Status != "Canceled" {
			t.Errorf("operation %s is %s", op.ID, op.Status)
		}
		if op.Status == "Failed" {
			t.Errorf("operation %s (%s of %s) failed: %+v; nothing was wrong with it but the handler's deaths", op.ID, op.Kind, *op.Environment, op.Error)
		}
		changes[*op.Environment] = append(changes[*op.Environment], c.spans(t, op)...)
	}
	for name, spans := range changes {
		slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
		for i := 1; i < len(spans); i++ {
			if spans[i].from.Before(spans[i-1].to) {
				t.Errorf("in %s run %s began before run %s had ended", name, spans[i].run, spans[i-1].run)
			}
		}
	}
	c.mustHaveTold(t, bus)
}

// mustBeFree checks that nothing is left running.
func (c *chaos) mustBeFree(t *testing.T) {
	t.Helper()
	size := 200
	answer, err := c.dev.ListEnvironmentsWithResponse(t.Context(), "payments", &api.ListEnvironmentsParams{Maxpagesize: &size})
	if err != nil || answer.JSON200 == nil {
		t.Fatalf("list environments: %v %s", err, said(answer.Body))
	}
	for _, env := range answer.JSON200.Value {
		if env.ActiveOperation != nil {
			t.Errorf("environment %s is busy with %s", env.Name, *env.ActiveOperation)
		}
	}
}

// span is the time in which a run may have changed something.
type span struct {
	run      string
	from, to time.Time
}

// spans are those of an operation's effective runs: one, or two where the first only planned.
func (c *chaos) spans(t *testing.T, op api.Operation) []span {
	t.Helper()
	var spans []span
	applied := 0
	for _, b := range c.builds(op.ID) {
		if !b.effective() {
			continue
		}
		if b.Status != "completed" {
			t.Errorf("run %s of the ended operation %s is %s", b.ID, op.ID, b.Status)
		}
		spans = append(spans, span{b.ID.String(), b.StartTime, b.FinishTime})
		for _, r := range b.Records {
			if r.RefName == "apply" && r.Result != "skipped" {
				applied++
			}
		}
	}
	if applied > 1 || len(spans) > 2 {
		t.Errorf("operation %s had %d effective runs, of which %d applied something", op.ID, len(spans), applied)
	}
	if op.Status == "Succeeded" && op.Mode != "plan" && applied != 1 {
		t.Errorf("operation %s succeeded, and %d runs applied something", op.ID, applied)
	}
	return spans
}

// mustHaveTold reads the topic: every operation was told to begin and to end, and nothing was told twice as something else.
func (c *chaos) mustHaveTold(t *testing.T, bus string) {
	t.Helper()
	told := map[string]map[string]bool{} // types by operation
	bodies := map[string]string{}        // by id of the event
	all := c.events(t, bus)
	mustBeNumbered(t, all)
	for _, e := range all {
		if was, again := bodies[e.id]; again && was != e.body {
			t.Errorf("event %s was told as %s and as %s", e.id, was, e.body)
		}
		bodies[e.id] = e.body
		if told[e.Operation] == nil {
			told[e.Operation] = map[string]bool{}
		}
		told[e.Operation][e.kind] = true
	}
	ends := map[api.OperationStatus]string{"Succeeded": "io.lazuli.operation.succeeded.v1", "Failed": "io.lazuli.operation.failed.v1", "Canceled": "io.lazuli.operation.canceled.v1"}
	for _, op := range c.done {
		for _, kind := range []string{"io.lazuli.operation.accepted.v1", ends[op.Status]} {
			if !told[op.ID][kind] {
				t.Errorf("nobody was told %s of operation %s", kind, op.ID)
			}
		}
	}
}

// mustBeNumbered checks that the events of each environment are numbered from 1 on without a gap, each number for one event.
func mustBeNumbered(t *testing.T, events []toldEvent) {
	t.Helper()
	numbers := map[string]map[string]string{} // ids by partition and sequence
	for _, e := range events {
		if numbers[e.partition] == nil {
			numbers[e.partition] = map[string]string{}
		}
		if was, again := numbers[e.partition][e.sequence]; again && was != e.id {
			t.Errorf("events %s and %s are both number %s of %s", was, e.id, e.sequence, e.partition)
		}
		numbers[e.partition][e.sequence] = e.id
	}
	for partition, by := range numbers {
		for n := range len(by) {
			if by[fmt.Sprintf("%010d", n+1)] == "" {
				t.Errorf("of the %d events of %s number %d is missing", len(by), partition, n+1)
			}
		}
	}
}

// toldEvent is an event as a subscriber gets it.
type toldEvent struct {
	id, kind, body      string
	partition, sequence string
	Operation, Status   string
}

// events takes everything out of the subscription, until nothing comes for longer than the sweep needs.
func (c *chaos) events(t *testing.T, bus string) []toldEvent {
	t.Helper()
	sdk, err := azservicebus.NewClientFromConnectionString(bus, nil)
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := sdk.NewReceiverForSubscription("events", "all", &azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(receiver.Close(context.Background()), sdk.Close(context.Background())); err != nil {
			t.Error(err)
		}
	}()
	var all []toldEvent
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		messages, err := receiver.ReceiveMessages(ctx, 100, nil)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) || len(messages) == 0 && err == nil {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			e := toldEvent{id: m.MessageID, body: string(m.Body)}
			e.kind, _ = m.ApplicationProperties["cloudEvents_type"].(string)
			e.partition, _ = m.ApplicationProperties["cloudEvents_partitionkey"].(string)
			e.sequence, _ = m.ApplicationProperties["cloudEvents_sequence"].(string)
			if err := json.Unmarshal(m.Body, &e); err != nil {
				t.Fatalf("event %s: %v", e.id, err)
			}
			all = append(all, e)
		}
		if c.allTold(all) {
			return all
		}
	}
}

// allTold reports whether the end of every operation is among the events, so that nobody has to wait for more.
func (c *chaos) allTold(events []toldEvent) bool {
	ended := map[string]bool{}
	for _, e := range events {
		if e.Status == "Succeeded" || e.Status == "Failed" || e.Status == "Canceled" {
			ended[e.Operation] = true
		}
	}
	return !slices.ContainsFunc(c.done, func(op api.Operation) bool { return !ended[op.ID] })
}

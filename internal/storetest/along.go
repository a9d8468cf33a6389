package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// takesAlongWhatWasSent: a commit removes messages on its way, of other operations too. One that is gone already is no reason to refuse
// anything, and a commit that is refused removes nothing.
func takesAlongWhatWasSent(t *testing.T, s platform.Store) {
	project := newName("p")
	one, other := anOperation(project, "dev", newID(start), start), anOperation(project, "live", newID(start), start)
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &one, Outbox: []platform.Message{anEvent(one, 1), anEvent(one, 2)}})
	mustCommit(t, s, platform.Transaction{Project: project, Operation: &other, Outbox: []platform.Message{anEvent(other, 1)}})
	left := func(op platform.Operation) []platform.Message {
		return must(t, func(ctx context.Context) ([]platform.Message, error) { return s.Outbox(ctx, project, op.ID) })
	}
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env, Sent: []platform.Message{anEvent(one, 1), anEvent(other, 1)}})
	same(t, "outbox of the one", []platform.Message{anEvent(one, 2)}, left(one))
	same(t, "outbox of the other", []platform.Message{}, left(other))

	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env, Sent: []platform.Message{anEvent(one, 2)}}), platform.Conflict)
	same(t, "outbox after a refusal", []platform.Message{anEvent(one, 2)}, left(one))

	live := anEnvironment(project, "live")
	gone := platform.Transaction{Project: project, Environment: &live, Sent: []platform.Message{anEvent(other, 1), anEvent(one, 1)}}
	mustCommit(t, s, gone)
	same(t, "environment", live, must(t, func(ctx context.Context) (platform.Environment, error) { return s.Environment(ctx, project, "live") }))
	same(t, "outbox in the end", []platform.Message{anEvent(one, 2)}, left(one))
	wantCode(t, s.Commit(t.Context(), gone), platform.Conflict)
	wantRefused(t, s.Commit(t.Context(), platform.Transaction{Project: project, Sent: []platform.Message{{ID: "x", Project: newName("q"), Operation: one.ID}}, Outbox: []platform.Message{anEvent(one, 4)}}))
}

func wantRefused(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Error("a message of another project was removed on the way")
	}
}

// bringsBodies: bodies are there with the row that points at them, whatever their size, and those of a commit that is refused harm nobody.
func bringsBodies(t *testing.T, s platform.Store) {
	project := newName("p")
	noise := make([]byte, 5<<20) // random, so that it does not shrink: more than a transaction may have
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	bodies := []platform.Body{platform.NewBody("empty", nil), platform.NewBody("small", []byte("small")), platform.NewBody("text", bytes.Repeat([]byte("x"), 1<<20)),
		platform.NewBody("pieces", noise[:500_000]), platform.NewBody("more", noise[500_000:1_000_000]), platform.NewBody("large", noise)}
	env := anEnvironment(project, "dev")
	mustCommit(t, s, platform.Transaction{Project: project, Environment: &env, Bodies: bodies[:3],
		With: []platform.Transaction{{Project: project, Bodies: bodies[3:]}}})
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &env, Bodies: bodies[1:2]}), platform.Conflict)
	for _, b := range bodies {
		got := must(t, func(ctx context.Context) ([]byte, error) { return s.Body(ctx, project, b.Ref) })
		if !bytes.Equal(got, b.Content) {
			t.Errorf("body %s of %d bytes came back as %d others", b.Ref.ID, len(b.Content), len(got))
		}
	}
	_, err := s.Body(t.Context(), newName("q"), bodies[1].Ref)
	wantCode(t, err, platform.NotFound)
	other := anEnvironment(project, "live")
	err = s.Commit(t.Context(), platform.Transaction{Project: project, Environment: &other, Bodies: []platform.Body{platform.NewBody("huge", make([]byte, 32<<20))}})
	wantCode(t, err, platform.BodyTooLarge)
	_, err = s.Environment(t.Context(), project, "live")
	wantCode(t, err, platform.NotFound)
}

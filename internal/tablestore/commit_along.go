package tablestore

import (
	"context"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxAlong bounds the pieces of bodies that go along in a transaction: 1 MiB on the wire, of at most 4 for all of it.
const maxAlong = 16

// gatherBodies adds bodies to the transaction as long as they are small and there is room. The others are stored before it, since
// a row of it points at them.
func (s *Store) gatherBodies(ctx context.Context, w *write, tx platform.Transaction) error {
	room := maxAlong
	for _, part := range append([]platform.Transaction{tx}, tx.With...) {
		for _, b := range part.Bodies {
			if len(b.Content) > maxBody {
				return tooLarge(len(b.Content))
			}
			packed, err := compress(b.Content)
			if err != nil {
				return fmt.Errorf("compress body %s: %w", b.Ref.ID, err)
			}
			pieces := piecesOf(keyOf(tx.Project), bodyPrefix(b.Ref), packed)
			if n := len(pieces); n > room || len(w.rows)+n+len(tx.Sent) > maxActions {
				if _, err := s.PutBody(ctx, tx.Project, b.Ref.ID, b.Content); err != nil {
					return err
				}
				continue
			}
			room -= len(pieces)
			for _, r := range pieces {
				w.add(r, aztables.TransactionTypeInsertReplace, "")
			}
		}
	}
	return nil
}

// bodyPrefix is where a body is that went along, in the partition of its project.
func bodyPrefix(ref platform.BodyRef) string { return keyOf("body", ref.ID, ref.Digest) + separator }

// gatherSent adds rows of the outbox that are to be removed. They come last: see isSent.
func (w *write) gatherSent(sent []platform.Message) {
	for _, m := range sent {
		w.add(newRow(keyOf(m.Project), outboxKey(m.Operation, m.ID)), aztables.TransactionTypeDelete, string(azcore.ETagAny))
	}
	w.sent = len(sent)
}

// isSent reports whether a transaction was refused for a message alone that is gone already. The service works through the rows in
// their order and stops at the first that it refuses, so all the others were fine, and none of them was there by our own first try.
func (w *write) isSent(refusal TxError) bool {
	return refusal.Status == http.StatusNotFound && w.sent > 0 && refusal.Index >= len(w.rows)-w.sent
}

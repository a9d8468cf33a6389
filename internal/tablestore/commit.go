package tablestore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxActions is the service's limit for one transaction.
const maxActions = 100

// write is a transaction being put together.
type write struct {
	project string
	wid     string
	rows    []*row
	kinds   []aztables.TransactionType
	etags   []string // "" for none
	witness string   // row key of a row that keeps the wid; "" if there is none
	sent    int      // so many of the rows, the last ones, are only to be removed
}

// Commit stores all of tx in one entity group transaction.
//
// The SDK repeats a transaction whose answer was lost, and the repetition of one that took effect is refused: the row to
// insert exists, the version to replace is gone. So after a refusal, and after any failure that leaves the outcome open,
// a row of the transaction is read: if the write id of this Commit is in it, or in the trail of writes before, it was us.
func (s *Store) Commit(ctx context.Context, tx platform.Transaction) error {
	w := &write{project: tx.Project, wid: s.newID()}
	for _, part := range append([]platform.Transaction{tx}, tx.With...) {
		if err := w.gather(part); err != nil {
			return fmt.Errorf("commit to project %s: %w", tx.Project, err)
		}
	}
	if len(w.rows) == 0 {
		return nil
	}
	if err := s.gatherBodies(ctx, w, tx); err != nil {
		return fmt.Errorf("commit to project %s: %w", tx.Project, err)
	}
	w.gatherSent(tx.Sent)
	if len(w.rows) > maxActions {
		return fmt.Errorf("commit to project %s: %d rows are more than a transaction holds", tx.Project, len(w.rows))
	}
	if err := s.indexCommit(ctx, tx); err != nil {
		return err
	}
	actions, err := s.actions(ctx, w)
	if err != nil {
		return fmt.Errorf("commit to project %s: %w", tx.Project, err)
	}
	err = s.submit(ctx, actions)
	if refusal, refused := AsTxError(err); refused && w.isSent(refusal) { // by somebody else meanwhile; nothing was stored
		err = s.submit(ctx, actions[:len(actions)-w.sent])
	}
	if err != nil {
		return s.outcome(ctx, w, err)
	}
	return nil
}

// gather encodes the rows of tx, roots first.
func (w *write) gather(tx platform.Transaction) error {
	if err := w.sameProject(tx); err != nil {
		return err
	}
	if tx.Operation != nil {
		r, err := encodeOperation(*tx.Operation)
		if err != nil {
			return err
		}
		w.root(r, tx.Operation.Stored)
		w.add(encodeListed(*tx.Operation), aztables.TransactionTypeInsertReplace, "")
	}
	if tx.Deployment != nil {
		r, err := encodeDeployment(*tx.Deployment)
		if err != nil {
			return err
		}
		w.root(r, tx.Deployment.Stored)
	}
	if tx.Environment != nil {
		r, err := encodeEnvironment(*tx.Environment)
		if err != nil {
			return err
		}
		w.root(r, tx.Environment.Stored)
		if tx.Environment.State == platform.Creating {
			w.add(encodeTyped(*tx.Environment), aztables.TransactionTypeInsertReplace, "")
		}
	}
	if tx.PutProject != nil {
		r, err := encodeProject(*tx.PutProject)
		if err != nil {
			return err
		}
		w.root(r, tx.PutProject.Stored)
	}
	if tx.Subscription != nil {
		r, err := encodeSubscription(*tx.Subscription)
		if err != nil {
			return err
		}
		w.root(r, tx.Subscription.Stored)
	}
	if tx.Catalog != nil {
		r, err := encodeCatalogHead(*tx.Catalog)
		if err != nil {
			return err
		}
		w.root(r, tx.Catalog.Stored)
	}
	if err := w.gatherValues(tx.PutValues); err != nil {
		return err
	}
	if err := w.gatherAccess(tx); err != nil {
		return err
	}
	return w.gatherNotes(tx)
}

// gatherAccess adds the head of the directory, and what quotas are counted with.
func (w *write) gatherAccess(tx platform.Transaction) error {
	if tx.Directory != nil {
		r, err := encodeDirectoryHead(*tx.Directory)
		if err != nil {
			return err
		}
		w.root(r, tx.Directory.Stored)
	}
	if tx.Usage != nil {
		r, err := encodeUsage(*tx.Usage)
		if err != nil {
			return err
		}
		w.root(r, tx.Usage.Stored)
	}
	return nil
}

// gatherNotes adds what is only ever added: audit events, which keep their write id, and messages.
func (w *write) gatherNotes(tx platform.Transaction) error {
	for _, a := range tx.Audit {
		r := encodeAudit(a, w.wid)
		w.add(r, aztables.TransactionTypeAdd, "")
		if w.witness == "" {
			w.witness = r.key
		}
	}
	var revision int64
	if tx.Operation != nil {
		revision = tx.Operation.Revision
	}
	for i, m := range tx.Outbox {
		r, err := encodeMessage(m, revision*maxActions+int64(i))
		if err != nil {
			return err
		}
		// Without If-Match on purpose: a message is the same whenever it is written, and a refusal would say nothing.
		w.add(r, aztables.TransactionTypeInsertReplace, "")
	}
	return nil
}

// sameProject refuses rows that would land in another partition.
func (w *write) sameProject(tx platform.Transaction) error {
	projects := []string{tx.Project}
	if tx.Directory != nil {
		projects = append(projects, platform.PlatformScope)
	}
	if tx.Usage != nil {
		projects = append(projects, tx.Usage.Project)
	}
	if tx.PutProject != nil {
		projects = append(projects, tx.PutProject.Name)
	}
	if tx.Catalog != nil {
		projects = append(projects, platform.CatalogScope)
	}
	if tx.Environment != nil {
		projects = append(projects, tx.Environment.Project)
	}
	if tx.Deployment != nil {
		projects = append(projects, tx.Deployment.Project)
	}
	if tx.Operation != nil {
		projects = append(projects, tx.Operation.Project)
	}
	if tx.PutValues != nil {
		projects = append(projects, tx.PutValues.Scope.Project)
	}
	if tx.Subscription != nil {
		projects = append(projects, tx.Subscription.Project)
	}
	for _, a := range tx.Audit {
		projects = append(projects, a.Project)
	}
	for _, m := range slices.Concat(tx.Outbox, tx.Sent) {
		projects = append(projects, m.Project)
	}
	for _, p := range projects {
		if p != w.project {
			return fmt.Errorf("a row of project %q is not of this transaction", p)
		}
	}
	return nil
}

// root adds a row that must be new, or must have the version it was read in.
func (w *write) root(r *row, version platform.Stored) {
	r.sign(w.wid, version)
	if etag, _ := splitVersion(version); etag == "" {
		w.add(r, aztables.TransactionTypeAdd, "")
	} else {
		w.add(r, aztables.TransactionTypeUpdateReplace, etag)
	}
	if w.witness == "" {
		w.witness = r.key
	}
}

func (w *write) add(r *row, kind aztables.TransactionType, etag string) {
	w.rows = append(w.rows, r)
	w.kinds = append(w.kinds, kind)
	w.etags = append(w.etags, etag)
}

// actions stores large columns, then encodes the rows for the SDK.
func (s *Store) actions(ctx context.Context, w *write) ([]aztables.TransactionAction, error) {
	actions := make([]aztables.TransactionAction, 0, len(w.rows))
	for i, r := range w.rows {
		if err := s.spill(ctx, w.project, r); err != nil {
			return nil, err
		}
		entity, err := r.encode()
		if err != nil {
			return nil, err
		}
		action := aztables.TransactionAction{ActionType: w.kinds[i], Entity: entity}
		if w.etags[i] != "" {
			etag := azcore.ETag(w.etags[i])
			action.IfMatch = &etag
		}
		actions = append(actions, action)
	}
	return actions, nil
}

func (s *Store) submit(ctx context.Context, actions []aztables.TransactionAction) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.projects.SubmitTransaction(ctx, actions, nil)
	return err
}

// outcome finds out what a failed submit means.
func (s *Store) outcome(ctx context.Context, w *write, failed error) error {
	refusal, refused := AsTxError(failed)
	switch {
	case refused && refusal.Code == aztables.TableNotFound:
		return fmt.Errorf("commit to project %s: %w", w.project, tableMissing(failed))
	case refused && refusal.Status < http.StatusInternalServerError && !refusal.conflict():
		return fmt.Errorf("commit to project %s: the storage refused row %d with %d %s: %w", w.project, refusal.Index, refusal.Status, refusal.Code, failed)
	}
	ours, err := s.tookEffect(ctx, w)
	switch {
	case err == nil && ours:
		return nil
	case err == nil && refused && refusal.conflict():
		return platform.Errorf(platform.Conflict, "Something in project %s was changed at the same time.", w.project).
			Do("Read it again and repeat the change on what you find.").Because(failed)
	case refused: // the reason is in a multipart body that s.failure does not read
		return fmt.Errorf("commit to project %s: %w", w.project, unavailable("The storage is busy.").Because(errors.Join(failed, err)))
	}
	return fmt.Errorf("commit to project %s: %w", w.project, s.failure(failed))
}

// conflict reports whether the state of the rows was the reason, rather than the request.
func (e TxError) conflict() bool {
	switch e.Code {
	case aztables.EntityAlreadyExists, aztables.UpdateConditionNotSatisfied, aztables.ResourceNotFound, "EntityNotFound":
		return true
	}
	return false
}

// tookEffect reads the witness of the transaction. All rows were written or none, so one speaks for all.
func (s *Store) tookEffect(ctx context.Context, w *write) (bool, error) {
	if w.witness == "" {
		return false, nil
	}
	r, _, err := s.get(ctx, s.projects, keyOf(w.project), w.witness)
	if err != nil || r == nil {
		return false, err
	}
	_, trail := splitVersion(platform.Stored{Version: "- " + trailOf(r)})
	return slices.Contains(trail, w.wid), r.err
}

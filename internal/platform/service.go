package platform

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Service does the operations of the API and the work behind them. Its fields are set once, before its first use; it is safe
// for concurrent use. State is in the Store alone: any number of processes may share it.
type Service struct {
	Store     Store
	Messenger Messenger
	Pipelines Pipelines
	Renderer  Renderer
	Shelf     *Shelf
	Roster    *Roster
	Hooks     Hooks     // nil: nothing is delivered to web addresses
	Vault     Vault     // nil: secrets are refused
	Explainer Explainer // nil: failures show what was said, and no more
	Relay     *Relay
	Prices    PriceSheet // nil: no price is known
	Region    string     // of Azure, for environment types that name none
	AuditDays int        // how long audit events are kept; 0: for ever
	Reads     *ReadLog   // nil: every read that is to be recorded is, however often it is repeated
	Looks     *LookLog   // nil: every hook leads to a look
	Swept     *SweepMark // nil: every sweep begins with the oldest operation

	Now        func() time.Time
	NewID      func() string // ULIDs, rising
	SigningKey []byte        // for run secrets; at least 32 bytes
	Version    string        // of the build
	Log        *slog.Logger
}

// commit stores tx, and takes out of the outbox of its project what this process knows to be sent.
func (s *Service) commit(ctx context.Context, tx Transaction) error {
	tx.Sent = s.Relay.sent.take(tx.Project)
	if err := s.Store.Commit(ctx, tx); err != nil {
		s.Relay.sent.back(tx.Sent)
		return err
	}
	s.Relay.sent.remove(tx.Sent)
	return nil
}

// maxDecisions bounds every loop of read, decide, commit. Losing that often means that something else is wrong.
const maxDecisions = 16

// isCode reports whether err carries the code.
func isCode(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

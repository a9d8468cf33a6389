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
	Vault     Vault // nil: secrets are refused
	Relay     *Relay
	Prices    PriceSheet // nil: no price is known
	Region    string     // of Azure, for environment types that name none
	AuditDays int        // how long audit events are kept; 0: for ever
	Reads     *ReadLog   // nil: every read that is to be recorded is, however often it is repeated

	Now        func() time.Time
	NewID      func() string // ULIDs, rising
	SigningKey []byte        // for run secrets; at least 32 bytes
	Version    string        // of the build
	Log        *slog.Logger
}

// maxDecisions bounds every loop of read, decide, commit. Losing that often means that something else is wrong.
const maxDecisions = 16

// project loads a project for a caller, or says that there is none for him.
func (s *Service) project(ctx context.Context, c Caller, name string, p Permission) (Project, error) {
	if c.ID == "" {
		return Project{}, c.authorize(p, nil)
	}
	if !ValidName(name) {
		return Project{}, noProject(name)
	}
	project, err := s.Store.Project(ctx, name)
	switch {
	case isCode(err, NotFound):
		return Project{}, noProject(name)
	case err != nil:
		return Project{}, err
	case !c.sees(project):
		return Project{}, noProject(name)
	}
	return project, c.authorize(p, &project)
}

// operation loads an operation for a caller, or says that there is none for him.
func (s *Service) operation(ctx context.Context, c Caller, id string, p Permission) (Operation, error) {
	if c.ID == "" {
		return Operation{}, c.authorize(p, nil)
	}
	if !ValidOperationID(id) {
		return Operation{}, noOperation(id)
	}
	op, err := s.Store.Operation(ctx, id)
	if isCode(err, NotFound) {
		return Operation{}, noOperation(id)
	}
	if err != nil {
		return Operation{}, err
	}
	if _, err := s.project(ctx, c, op.Project, p); isCode(err, NotFound) {
		return Operation{}, noOperation(id)
	} else if err != nil {
		return Operation{}, err
	}
	return op, nil
}

// isCode reports whether err carries the code.
func isCode(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

package sandbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// sqliteServer makes one file for each database, where there is no PostgreSQL. Its URLs say sqlite, so that no
// program takes it for what it is not.
type sqliteServer struct{ root string }

func (s *sqliteServer) key() string                 { return "sqlite" }
func (s *sqliteServer) implementation() string      { return "SQLite file (no PostgreSQL found)" }
func (s *sqliteServer) honesty() sandboxapi.Honesty { return sandboxapi.StandIn }

// path is the file of a database. Its name holds project, environment and alias, none of which can leave the folder.
func (s *sqliteServer) path(name string) string { return filepath.Join(s.root, name+".db") }

// ensure also writes the file's header: an empty file is a database to SQLite, but does not look like one to people.
func (s *sqliteServer) ensure(ctx context.Context, db databaseRecord) error {
	if err := os.MkdirAll(s.root, 0o700); err != nil {
		return fmt.Errorf("folder for databases: %w", err)
	}
	conn, err := sql.Open("sqlite", s.path(db.Name))
	if err != nil {
		return fmt.Errorf("open %s: %w", s.path(db.Name), err)
	}
	defer func() { _ = conn.Close() }() // what matters has been committed
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return fmt.Errorf("set up %s: %w", s.path(db.Name), err)
	}
	return nil
}

func (s *sqliteServer) exists(_ context.Context, name string) (bool, error) {
	_, err := os.Stat(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// power is what was asked for: no process serves a file, so there is nothing to switch.
func (s *sqliteServer) power(_ context.Context, db databaseRecord) (sandboxapi.Power, error) {
	return cmp.Or(db.Power, sandboxapi.On), nil
}

func (s *sqliteServer) drop(_ context.Context, name string) error {
	for _, suffix := range []string{"-wal", "-shm", ""} { // the database last: while it exists, it is listed
		if err := os.Remove(s.path(name) + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove database file: %w", err)
		}
	}
	return nil
}

func (s *sqliteServer) describe(_ context.Context, record databaseRecord, db *sandboxapi.Database) error {
	db.Username, db.Password = "", "" // a file has neither
	db.URL = (&url.URL{Scheme: "sqlite", Path: filepath.ToSlash(s.path(record.Name))}).String()
	return nil
}

func (s *sqliteServer) tagged(_ context.Context, project, environment string) ([]databaseRecord, error) {
	prefix := project + "_" + environment + "_"
	files, err := filepath.Glob(s.path(prefix + "*"))
	if err != nil {
		return nil, fmt.Errorf("list database files: %w", err)
	}
	var records []databaseRecord
	for _, file := range files {
		name := filepath.Base(file[:len(file)-len(".db")])
		id := sandboxapi.ID{Project: project, Environment: environment, Name: name[len(prefix):]}
		records = append(records, databaseRecord{ID: id, Name: name})
	}
	return records, nil
}

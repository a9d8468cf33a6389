package devops

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"
)

// Server is the stand-in: an http.Handler for one organisation with one project, and the agent that executes its runs.
type Server struct {
	cfg    Config
	log    *slog.Logger
	prefix string // path of the organisation's URL, escaped, without a trailing slash
	table  []route
	store  *store
	logs   *logFiles
	queue  *queue
	hooks  *hooks

	projectID, repositoryID, identityID string
	signingKey                          []byte
}

// Open reads or creates the data in cfg.Dir and repairs what a crash left: runs that were being executed are failed with an
// issue that says why, and processes of theirs that are still alive are killed. Requests can be answered from then on;
// nothing is executed before Start. The caller must Close the server.
func Open(cfg Config) (*Server, error) {
	cfg, base, err := cfg.check()
	if err != nil {
		return nil, err
	}
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, fmt.Errorf("open Azure DevOps stand-in: %w", err)
	}
	st, err := openStore(cfg.Dir, cfg.Now)
	if err != nil {
		return nil, fmt.Errorf("open Azure DevOps stand-in: %w", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, prefix: base.EscapedPath(), store: st, logs: newLogFiles(filepath.Join(cfg.Dir, "logs")),
		// Name-based, so that links and ids stay the same over restarts and new data directories.
		projectID: nameBased("project/" + cfg.Project), repositoryID: nameBased("repository/" + cfg.Project), identityID: nameBased("identity/lazuli"),
	}
	s.table = s.routes()
	s.queue, s.hooks = newQueue(s), newHooks(s)
	if s.signingKey, err = st.signingKey(); err == nil {
		err = s.repair()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open Azure DevOps stand-in: %w", err), st.close())
	}
	return s, nil
}

// Start begins to execute runs, those first that were queued before the last stop. It returns at once.
func (s *Server) Start() {
	s.hooks.start()
	s.queue.start()
}

// Close stops executing: running pipelines are interrupted and recorded as failed, queued ones stay queued. It waits for
// them until ctx ends, and closes the data in any case.
func (s *Server) Close(ctx context.Context) error {
	err := s.queue.stop(ctx)
	s.hooks.stop()
	return errors.Join(err, s.store.close())
}

// repair ends the runs that an earlier process was executing when it died, and removes what they left.
func (s *Server) repair() error {
	work := s.workDir()
	for _, r := range s.store.find(run.interrupted) {
		killed, err := killLeftovers(marker(work, r.ID))
		if err != nil {
			return fmt.Errorf("kill what run %d left: %w", r.ID, err)
		}
		s.log.Warn("Run was interrupted by the end of the process", "run", r.ID, "number", r.Number, "killed", killed)
		if err := s.interrupt(r.ID, "The local platform stopped while this run was going on. The agent was lost and its processes were ended. Start the operation again."); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(work); err != nil {
		return fmt.Errorf("clear work directory: %w", err)
	}
	return nil
}

func (s *Server) workDir() string { return filepath.Join(s.cfg.Dir, "work") }

func (s *Server) repositoryURL() string {
	return s.cfg.OrganizationURL + "/" + s.cfg.Project + "/_git/" + s.cfg.Project
}

func nameBased(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("lazuli:devops/"+strings.ToLower(name))).String()
}

// signingKey is made once per data directory, so that signed addresses survive a restart.
func (s *store) signingKey() ([]byte, error) {
	var key []byte
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b, name := tx.Bucket(bucketMeta), []byte("signingKey")
		if v := b.Get(name); v != nil {
			key = append([]byte(nil), v...) // v is only valid inside of the transaction
			return nil
		}
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return err
		}
		return b.Put(name, key)
	})
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	return key, nil
}

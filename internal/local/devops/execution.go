package devops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// runAgent executes the plan that the run was queued with.
func (s *Server) runAgent(ctx context.Context, r run, canceled <-chan struct{}) (agent.Outcome, error) {
	plan, err := s.store.plan(r.ID)
	if err != nil {
		return agent.Outcome{}, err
	}
	work := s.workDir()
	if err := os.MkdirAll(work, 0o700); err != nil {
		return agent.Outcome{}, fmt.Errorf("create work directory: %w", err)
	}
	cfg := agent.Config{
		Name: "lazuli-local", WorkDir: work, Environ: append(s.cfg.Environ[:len(s.cfg.Environ):len(s.cfg.Environ)], marker(work, r.ID)),
		Tools: s.cfg.Tools, Log: s.log.With("run", r.ID), Now: s.cfg.Now, Grace: s.cfg.Grace,
	}
	d, _ := s.cfg.definition(r.Definition)
	predefined := s.predefined(d)
	predefined["Build.BuildId"] = strconv.Itoa(r.ID)
	predefined["Build.BuildNumber"] = r.Number
	predefined["Build.BuildUri"] = fmt.Sprintf("vstfs:///Build/Build/%d", r.ID)
	return agent.Run(ctx, cfg, agent.Input{
		Plan: plan, Predefined: predefined,
		Groups:      func(name string) (map[string]pipeline.Variable, bool) { return fold(s.cfg.VariableGroups, name) },
		Checkout:    s.checkout,
		Connections: s.cfg.Connections,
		Token: func(ctx context.Context, connection, resource string) (agent.Token, error) {
			if s.cfg.TokenFor == nil {
				return agent.Token{}, errors.New("this platform issues no tokens to pipelines")
			}
			return s.cfg.TokenFor(ctx, r.info(), connection, resource)
		},
		Artifacts: runArtifacts{s, r.ID},
		Cancel:    canceled,
	}, &recorder{server: s, run: r.ID, told: map[string]agent.Record{}})
}

// marker is the environment variable by which processes of a run are recognised after a crash of this one. The data
// directory in it keeps two platforms on one machine apart.
func marker(work string, id int) string {
	return "LAZULI_DEVOPS_RUN=" + filepath.Join(work, strconv.Itoa(id)) + "#"
}

// predefined are the variables that are known before a run has an id.
func (s *Server) predefined(d Definition) map[string]string {
	return map[string]string{
		"Build.DefinitionName":               d.Name,
		"Build.DefinitionVersion":            "1",
		"Build.QueuedBy":                     "Lazuli (local)",
		"Build.RequestedFor":                 "Lazuli (local)",
		"Build.Reason":                       "Manual",
		"Build.SourceBranch":                 branch,
		"Build.SourceBranchName":             branchName(branch),
		"Build.SourceVersion":                s.cfg.Version,
		"Build.Repository.ID":                s.repositoryID,
		"Build.Repository.Name":              s.cfg.Project,
		"Build.Repository.Provider":          "TfsGit",
		"Build.Repository.Uri":               s.repositoryURL(),
		"System.CollectionUri":               s.cfg.OrganizationURL + "/",
		"System.TeamFoundationCollectionUri": s.cfg.OrganizationURL + "/",
		"System.DefinitionId":                strconv.Itoa(d.ID),
		"System.HostType":                    "build",
		"System.TeamProject":                 s.cfg.Project,
		"System.TeamProjectId":               s.projectID,
	}
}

// checkout copies the configured parts of the repository into dir, keeping which files are executable.
func (s *Server) checkout(ctx context.Context, dir string) error {
	for _, sub := range s.cfg.Checkout {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		source, target := filepath.Join(s.cfg.Repository, filepath.FromSlash(sub)), filepath.Join(dir, filepath.FromSlash(sub))
		if err := os.CopyFS(target, os.DirFS(source)); err != nil {
			return fmt.Errorf("check out %s: %w", sub, err)
		}
	}
	return nil
}

// recorder writes what an agent does with one run into the store.
type recorder struct {
	server *Server
	run    int

	mu      sync.Mutex
	lastLog int
	told    map[string]agent.Record // stages and jobs as they were last, by identifier: a stage's is its name
}

func (r *recorder) Record(_ context.Context, record agent.Record) error {
	if err := r.server.store.putRecords(r.run, record); err != nil {
		return err
	}
	if record.Type == agent.TypeStage || record.Type == agent.TypeJob {
		r.tell(record)
	}
	return nil
}

// tell lets service hooks know of a stage or a job whose state has changed.
func (r *recorder) tell(record agent.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before, known := r.told[record.Identifier]
	r.told[record.Identifier] = record
	if known && before.State == record.State {
		return
	}
	if of, ok := r.server.store.run(r.run); ok {
		stage, _, _ := strings.Cut(record.Identifier, ".")
		r.server.hooks.recordChanged(of, r.told[stage], record)
	}
}

// CreateLog gives out ids from 1 without gaps; a file that exists already belongs to an earlier attempt and keeps its id.
func (r *recorder) CreateLog(context.Context) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.lastLog++
		err := r.server.logs.create(r.run, r.lastLog)
		if err == nil {
			return r.lastLog, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return 0, err
		}
	}
}

func (r *recorder) AppendLog(_ context.Context, id int, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return r.server.logs.append(r.run, id, lines)
}

func (r *recorder) Attach(_ context.Context, a agent.Attachment) error {
	return r.server.store.putAttachment(r.run, a)
}

func (r *recorder) AddTag(_ context.Context, tag string) error {
	_, err := r.server.store.update(r.run, func(r *run) error { r.tag(tag); return nil })
	return err
}

func (r *recorder) SetBuildNumber(_ context.Context, number string) error {
	_, err := r.server.store.update(r.run, func(r *run) error { r.Number = number; return nil })
	return err
}

var _ agent.Recorder = (*recorder)(nil)

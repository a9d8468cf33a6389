package devops

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// artifact is a set of files that a run published under a name. The files are in <dir>/<run>/<artifact id>.
type artifact struct {
	ID          int
	Name        string
	JobRecordID string
	Size        int64 // bytes, all files together
}

// artifact finds one by its name, without regard to case.
func (r run) artifact(name string) (artifact, bool) {
	i := slices.IndexFunc(r.Artifacts, func(a artifact) bool { return strings.EqualFold(a.Name, name) })
	if i < 0 {
		return artifact{}, false
	}
	return r.Artifacts[i], true
}

func (s *Server) artifactDir(run, id int) string {
	return filepath.Join(s.cfg.Dir, "artifacts", strconv.Itoa(run), strconv.Itoa(id))
}

// runArtifacts is the agent's view of the artifacts of one run.
type runArtifacts struct {
	server *Server
	run    int
}

// Publish copies files beside their place, then moves them there and records the artifact. What a crash leaves half copied
// has no record and is never shown.
func (a runArtifacts) Publish(_ context.Context, name, jobRecordID string, files fs.FS) error {
	failed := func(err error) error { return fmt.Errorf("publish artifact %s of run %d: %w", name, a.run, err) }
	parent := filepath.Dir(a.server.artifactDir(a.run, 0))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return failed(err)
	}
	staging, err := os.MkdirTemp(parent, "publish-")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(staging) //nolint:errcheck // moved away, or garbage that nothing refers to
	if err := os.CopyFS(staging, files); err != nil {
		return failed(err)
	}
	size, err := sizeOf(os.DirFS(staging))
	if err != nil {
		return failed(err)
	}
	_, err = a.server.store.update(a.run, func(r *run) error {
		if _, taken := r.artifact(name); taken {
			return failed(fs.ErrExist)
		}
		added := artifact{ID: len(r.Artifacts) + 1, Name: name, JobRecordID: jobRecordID, Size: size}
		place := a.server.artifactDir(a.run, added.ID)
		// A crash between the move and the record leaves files here that no record names.
		if err := errors.Join(os.RemoveAll(place), os.Rename(staging, place)); err != nil {
			return failed(err)
		}
		r.Artifacts = append(slices.Clip(r.Artifacts), added)
		return nil
	})
	return err
}

// Open gives the files of an artifact.
func (a runArtifacts) Open(_ context.Context, name string) (fs.FS, error) {
	r, ok := a.server.store.run(a.run)
	if !ok {
		return nil, fmt.Errorf("open artifact %s of run %d: %w", name, a.run, errNoRun)
	}
	found, ok := r.artifact(name)
	if !ok {
		return nil, fmt.Errorf("open artifact %s of run %d: %w", name, a.run, fs.ErrNotExist)
	}
	return os.DirFS(a.server.artifactDir(a.run, found.ID)), nil
}

// Names lists the artifacts, sorted.
func (a runArtifacts) Names(context.Context) ([]string, error) {
	r, ok := a.server.store.run(a.run)
	if !ok {
		return nil, fmt.Errorf("list artifacts of run %d: %w", a.run, errNoRun)
	}
	names := make([]string, 0, len(r.Artifacts))
	for _, f := range r.Artifacts {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names, nil
}

// OfRun gives those of another run of the pipeline, which is named by its number or its name.
func (a runArtifacts) OfRun(_ context.Context, pipeline string, id int) (agent.Artifacts, error) {
	r, ok := a.server.store.run(id)
	d, known := a.server.cfg.definition(r.Definition)
	if !ok || !known || pipeline != strconv.Itoa(d.ID) && !strings.EqualFold(pipeline, d.Name) {
		return nil, fs.ErrNotExist
	}
	return runArtifacts{a.server, id}, nil
}

func sizeOf(files fs.FS) (int64, error) {
	var size int64
	err := fs.WalkDir(files, ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		return nil
	})
	return size, err
}

// zipArtifact writes files as a zip whose entries stand in a folder named as the artifact, as the service's are.
func zipArtifact(w io.Writer, name string, files fs.FS) error {
	z := zip.NewWriter(w)
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return zipFile(z, name+"/"+path, files, path)
	})
	if err != nil {
		return fmt.Errorf("zip artifact %s: %w", name, errors.Join(err, z.Close()))
	}
	return z.Close()
}

func zipFile(z *zip.Writer, entry string, files fs.FS, path string) error {
	out, err := z.Create(entry)
	if err != nil {
		return err
	}
	in, err := files.Open(path)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	_, err = io.Copy(out, in)
	return err
}

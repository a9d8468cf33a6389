package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// artifactTimeout is for copying one artifact.
const artifactTimeout = 5 * time.Minute

// publish is PublishPipelineArtifact@1.
func (s *step) publish(ctx context.Context) error {
	name := s.input("artifactName")
	if name == "" {
		name = s.job.leg.stage.Name + "." + s.job.leg.job.Name
	}
	return s.publishPath(ctx, name, s.job.dirs.within(s.input("path")))
}

func (s *step) publishPath(ctx context.Context, name, source string) error {
	if s.job.run.in.Artifacts == nil {
		return errors.New("this run has no place for artifacts")
	}
	if strings.ContainsAny(name, `\/":<>|*?`) {
		return fmt.Errorf("the artifact name '%s' is not valid: it may not have any of \\ / \" : < > | * ?", name)
	}
	files, err := filesOf(source)
	if err != nil {
		return fmt.Errorf("path does not exist: %s", source)
	}
	ctx, cancel := context.WithTimeout(ctx, artifactTimeout)
	defer cancel()
	err = s.job.run.in.Artifacts.Publish(ctx, name, s.job.leg.recordID, files)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("artifact %s already exists for build %s", name, s.vars.expand("$(Build.BuildId)"))
	}
	if err != nil {
		return fmt.Errorf("publish artifact %s: %w", name, err)
	}
	s.output("Published artifact '" + name + "'.")
	return nil
}

// filesOf gives a directory's files, or a single file as the only one.
func filesOf(source string) (fs.FS, error) {
	info, err := os.Stat(source)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return os.DirFS(source), nil
	}
	return oneFile{os.DirFS(filepath.Dir(source)), filepath.Base(source)}, nil
}

// oneFile shows one file of a directory and nothing else.
type oneFile struct {
	fs.FS
	name string
}

// Open gives the file; the root lists it alone.
func (o oneFile) Open(name string) (fs.File, error) {
	if name != o.name && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return o.FS.Open(name)
}

// ReadDir lists the file.
func (o oneFile) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	info, err := fs.Stat(o.FS, o.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

// download is DownloadPipelineArtifact@2: one artifact into the path, or all of them, each into a folder of its name.
func (s *step) download(ctx context.Context) error {
	store := s.job.run.in.Artifacts
	if store == nil {
		return errors.New("this run has no place for artifacts")
	}
	target := s.input("path")
	if target == "" {
		target = s.job.dirs.build()
	}
	target = s.job.dirs.within(target)
	ctx, cancel := context.WithTimeout(ctx, artifactTimeout)
	defer cancel()
	build := s.vars.expand("$(Build.BuildId)")
	if strings.EqualFold(s.input("source"), "specific") {
		build = s.input("runId")
		run, err := strconv.Atoi(build)
		if err != nil {
			return fmt.Errorf("the run '%s' to download from is not a number", build)
		}
		if store, err = store.OfRun(ctx, s.input("pipeline"), run); err != nil {
			return fmt.Errorf("find run %s of pipeline '%s': %w", build, s.input("pipeline"), err)
		}
	}
	if name := s.input("artifactName"); name != "" {
		return s.fetch(ctx, store, build, name, target)
	}
	names, err := store.Names(ctx)
	if err != nil {
		return fmt.Errorf("list artifacts: %w", err)
	}
	for _, name := range names {
		if err := s.fetch(ctx, store, build, name, filepath.Join(target, name)); err != nil {
			return err
		}
	}
	return nil
}

func (s *step) fetch(ctx context.Context, store Artifacts, build, name, target string) error {
	files, err := store.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("artifact %s was not found for build %s", name, build)
	}
	if err != nil {
		return fmt.Errorf("open artifact %s: %w", name, err)
	}
	patterns := strings.Fields(s.input("patterns"))
	count := 0
	err = fs.WalkDir(files, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !d.Type().IsRegular() || !selected(patterns, file) {
			return nil
		}
		count++
		return copyFile(files, file, filepath.Join(target, filepath.FromSlash(file)))
	})
	if err != nil {
		return fmt.Errorf("download artifact %s: %w", name, err)
	}
	s.output(fmt.Sprintf("Downloaded %d files of artifact '%s' to %s", count, name, target))
	return nil
}

// selected says whether a file matches one of the patterns, of which ** stands for any folders; no pattern means all.
func selected(patterns []string, file string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, p := range patterns {
		if matchParts(strings.Split(p, "/"), strings.Split(file, "/")) {
			return true
		}
	}
	return false
}

func matchParts(pattern, file []string) bool {
	if len(pattern) == 0 {
		return len(file) == 0
	}
	if pattern[0] == "**" {
		for i := range len(file) + 1 {
			if matchParts(pattern[1:], file[i:]) {
				return true
			}
		}
		return false
	}
	if len(file) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], file[0])
	return err == nil && ok && matchParts(pattern[1:], file[1:])
}

func copyFile(from fs.FS, name, target string) (err error) {
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	in, err := from.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
	}()
	_, err = io.Copy(out, in)
	return err
}

package agent

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// execute runs the task of a step. The error is the sentence for the record; a task that only reported a bad result by
// task.complete returns nil.
func (s *step) execute(ctx context.Context) error {
	switch s.spec.Task.Name {
	case pipeline.TaskBash:
		return s.bashTask(ctx)
	case pipeline.TaskCmdLine:
		return s.inline(ctx, s.input("script"), s.flag("failOnStderr"), s.environment())
	case pipeline.TaskAzureCLI:
		return s.azureCLI(ctx)
	case pipeline.TaskCheckout:
		return s.checkout(ctx)
	case pipeline.TaskPublishArtifact:
		return s.publish(ctx)
	case pipeline.TaskDownloadArtifact:
		return s.download(ctx)
	default:
		return fmt.Errorf("the task %s is not available in the local Azure DevOps", s.spec.Task.Name)
	}
}

// environment is what a step's process gets: the agent's allow-list, the step's env, and then all variables that are
// not secret, which win over env as they do on the service.
func (s *step) environment() environ {
	env := newEnviron(s.job.run.cfg.Environ)
	path := env["PATH"]
	for _, e := range s.spec.Env {
		env[e.Name] = s.vars.expand(strings.TrimSpace(e.Value))
	}
	for name, value := range s.vars.environment() {
		env[name] = value
	}
	env["agent.jobstatus"] = s.vars["agent.jobstatus"].value
	if own, ok := env["PATH"]; ok {
		path = own
	}
	s.job.mu.Lock()
	dirs := append(append([]string{}, s.job.prepended...), s.job.run.cfg.Tools...)
	s.job.mu.Unlock()
	if path != "" {
		dirs = append(dirs, path)
	}
	env["PATH"] = strings.Join(dirs, string(os.PathListSeparator))
	return env
}

// bashTask is Bash@3: an inline script or a file of the sources.
func (s *step) bashTask(ctx context.Context) error {
	env := s.environment()
	if value := s.input("bashEnvValue"); value != "" {
		env["BASH_ENV"] = value
	}
	if strings.EqualFold(s.input("targetType"), "inline") {
		return s.inline(ctx, s.input("script"), s.flag("failOnStderr"), env)
	}
	file, err := s.scriptFile(s.input("filePath"), "filePath")
	if err != nil {
		return err
	}
	// The shell splits the arguments, as it does on the service.
	return s.inline(ctx, "exec bash '"+strings.ReplaceAll(file, "'", `'\''`)+"' "+s.input("arguments"), s.flag("failOnStderr"), env)
}

func (s *step) scriptFile(path, input string) (string, error) {
	if path == "" {
		return "", fmt.Errorf("input required: %s", input)
	}
	file := s.job.dirs.within(path)
	info, err := os.Stat(file)
	if err != nil || info.IsDir() {
		return "", fmt.Errorf("invalid file path '%s': there is no such script in the sources", path)
	}
	return file, nil
}

// inline writes a script into the temporary directory and runs it with bash.
func (s *step) inline(ctx context.Context, script string, failOnStderr bool, env environ) error {
	s.write("Generating script.")
	if !strings.Contains(script, "\n") && !strings.Contains(strings.ToLower(script), "##vso[") {
		s.write("Script contents:")
		s.write(script)
	}
	s.write("========================== Starting Command Output ===========================")
	file, err := os.CreateTemp(s.job.dirs.temp(), "*.sh")
	if err != nil {
		return fmt.Errorf("write script: %w", err)
	}
	_, err = file.WriteString(script)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write script: %w", err)
	}
	return s.bash(ctx, []string{"--noprofile", "--norc", file.Name()}, failOnStderr, env)
}

// bash runs bash and judges its exit code.
func (s *step) bash(ctx context.Context, args []string, failOnStderr bool, env environ) error {
	dir := s.job.dirs.within(s.input("workingDirectory"))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("the working directory '%s' does not exist", dir)
	}
	bash, err := findBash(env)
	if err != nil {
		return err
	}
	s.write("[command]" + bash + " " + strings.Join(args, " "))
	wroteStderr := false
	code, err := process{
		path: bash, args: args, dir: dir, env: env.list(), grace: s.job.run.cfg.Grace, split: failOnStderr,
		line: func(text string, stderr bool) {
			wroteStderr = wroteStderr || stderr
			s.line(text)
		},
	}.run(ctx)
	switch {
	case err != nil:
		return err
	case code != 0:
		return fmt.Errorf("Bash exited with code '%d'.", code) //nolint:staticcheck // the service's own sentence, shown as it is
	case wroteStderr:
		return fmt.Errorf("Bash wrote one or more lines to the standard error stream.") //nolint:staticcheck // as above
	default:
		return nil
	}
}

// findBash looks bash up on the PATH of the step, not of this process.
func findBash(env environ) (string, error) {
	for _, dir := range filepath.SplitList(env["PATH"]) {
		if dir == "" || !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range []string{"bash", "bash.exe"} {
			file := filepath.Join(dir, name)
			if info, err := os.Stat(file); err == nil && !info.IsDir() {
				return file, nil
			}
		}
	}
	return "", fmt.Errorf("bash was not found on the PATH of the agent (%s): install it, or add its directory", env["PATH"])
}

// checkout fills the sources directory, or another one below the workspace.
func (s *step) checkout(ctx context.Context) error {
	dir := s.job.dirs.sources()
	if path := s.input("path"); path != "" {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("the checkout path '%s' must be inside the workspace of the job", path)
		}
		dir = filepath.Join(s.job.dirs.build(), path)
	}
	if err := os.RemoveAll(dir); err != nil { // a second checkout starts again from nothing
		return fmt.Errorf("empty checkout directory: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make checkout directory: %w", err)
	}
	s.write("Syncing repository: " + s.vars.expand("$(Build.Repository.Name)"))
	if s.job.run.in.Checkout == nil {
		return fmt.Errorf("there are no sources to check out")
	}
	if err := s.job.run.in.Checkout(ctx, dir); err != nil {
		return fmt.Errorf("check out sources: %w", err)
	}
	s.write("Sources are in " + dir)
	return nil
}

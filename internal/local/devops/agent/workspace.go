package agent

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// workspace is the fresh directory of one job, laid out as that of an Azure Pipelines agent.
type workspace struct {
	root string // removed after the job
}

func newWorkspace(parent string) (workspace, error) {
	parent, err := filepath.Abs(parent)
	if err != nil {
		return workspace{}, fmt.Errorf("find work directory: %w", err)
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return workspace{}, fmt.Errorf("make work directory: %w", err)
	}
	root, err := os.MkdirTemp(parent, "job-")
	if err != nil {
		return workspace{}, fmt.Errorf("make workspace: %w", err)
	}
	w := workspace{root}
	for _, dir := range []string{w.sources(), w.staging(), w.binaries(), w.tests(), w.temp(), w.tools()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return workspace{}, fmt.Errorf("make workspace: %w", err)
		}
	}
	return w, nil
}

func (w workspace) build() string    { return filepath.Join(w.root, "_work", "1") }
func (w workspace) sources() string  { return filepath.Join(w.build(), "s") }
func (w workspace) staging() string  { return filepath.Join(w.build(), "a") }
func (w workspace) binaries() string { return filepath.Join(w.build(), "b") }
func (w workspace) tests() string    { return filepath.Join(w.build(), "TestResults") }
func (w workspace) temp() string     { return filepath.Join(w.root, "_work", "_temp") }
func (w workspace) tools() string    { return filepath.Join(w.root, "_work", "_tool") }

// within makes a path absolute, relative ones starting from the sources.
func (w workspace) within(path string) string {
	if path == "" {
		return w.sources()
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(w.sources(), path)
}

// remove deletes the workspace. Tools leave directories without write permission behind (Go's module cache does).
func (w workspace) remove() error {
	if err := os.RemoveAll(w.root); err == nil {
		return nil
	}
	err := filepath.WalkDir(w.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700) //nolint:gosec // a directory needs its execute bit, and it is about to go
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("open workspace for removal: %w", err)
	}
	if err := os.RemoveAll(w.root); err != nil {
		return fmt.Errorf("remove workspace: %w", err)
	}
	return nil
}

// predefine sets the variables of the agent, of the directories and of the job.
func (j *job) predefine() {
	w, l := j.dirs, j.leg
	hostType := "build"
	set := map[string]string{
		"Agent.BuildDirectory": w.build(), "Pipeline.Workspace": w.build(),
		"Build.SourcesDirectory": w.sources(), "System.DefaultWorkingDirectory": w.sources(), "Build.Repository.LocalPath": w.sources(),
		"Build.ArtifactStagingDirectory": w.staging(), "Build.StagingDirectory": w.staging(), "System.ArtifactsDirectory": w.staging(),
		"Build.BinariesDirectory": w.binaries(), "Common.TestResultsDirectory": w.tests(),
		"Agent.TempDirectory": w.temp(), "Agent.ToolsDirectory": w.tools(), "Agent.WorkFolder": filepath.Join(w.root, "_work"),
		"System.WorkFolder": filepath.Join(w.root, "_work"), "Agent.HomeDirectory": w.root,
		"Agent.Id": "1", "Agent.Name": j.run.cfg.Name, "Agent.MachineName": j.run.cfg.Name, "Agent.JobName": l.job.DisplayName,
		"Agent.OS": systemName(), "Agent.OSArchitecture": strings.ToUpper(architecture()), "Agent.Version": "3.0.0",
		"System.StageName": l.stage.Name, "System.StageDisplayName": l.stage.DisplayName, "System.StageAttempt": "1",
		"System.PhaseName": l.job.Name, "System.PhaseDisplayName": l.job.DisplayName, "System.PhaseAttempt": "1",
		"System.JobName": "__default", "System.JobDisplayName": l.job.DisplayName, "System.JobAttempt": "1",
		"System.JobId": l.recordID, "System.JobIdentifier": l.identifier, "Checks.StageAttempt": "1",
	}
	if l.job.Deployment != nil {
		hostType = "deployment"
		set["Environment.Name"], set["Environment.ResourceName"] = l.job.Deployment.Environment, l.job.Deployment.Resource
		set["Strategy.Name"] = "runOnce"
	}
	set["System.HostType"] = hostType
	j.mu.Lock()
	defer j.mu.Unlock()
	for name, value := range set {
		j.vars.predefine(name, value)
	}
}

func systemName() string {
	switch runtime.GOOS {
	case "darwin":
		return "Darwin"
	case "windows":
		return "Windows_NT"
	default:
		return "Linux"
	}
}

func architecture() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "x86"
	default:
		return runtime.GOARCH
	}
}

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

const (
	extensionsBucket = "extensions" // key: machine's id/extension
	extensionTimeout = 10 * time.Minute
	maxKept          = 16 << 10 // bytes of output that are kept with the record
)

// extensionOf finds the machine and the extension that a path names, and calls op while nobody else is at work on that machine.
func (s *Sandbox) extensionOf(r *http.Request, op func(ctx context.Context, machine machineRecord, name string) (any, error)) (any, error) {
	name := r.PathValue("extension")
	if err := (sandboxapi.ID{Project: "any", Environment: "any", Name: name}).Validate(); err != nil {
		return nil, invalid("%v.", err)
	}
	return s.locked(r, func(ctx context.Context, _ kind, id sandboxapi.ID) (any, error) {
		record, err := s.machine.record(id)
		if err != nil {
			return nil, err
		}
		return op(ctx, record, name)
	})
}

// putExtension runs the script unless the same one with the same revision has succeeded already.
func (s *Sandbox) putExtension(r *http.Request) (any, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, invalid("The request is larger than %d MiB or was cut off.", maxRequest>>20)
	}
	var spec sandboxapi.ExtensionSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	return s.extensionOf(r, func(ctx context.Context, machine machineRecord, name string) (any, error) {
		key := machine.ID.String() + "/" + name
		var before sandboxapi.Extension
		found, err := s.store.get(extensionsBucket, key, &before)
		if err != nil {
			return nil, err
		}
		if found && before.ExtensionSpec == spec {
			return before, nil
		}
		output, err := s.machine.runScript(ctx, machine, script{name: name, file: "extension-" + name, text: spec.Script})
		if err != nil {
			return nil, err
		}
		after := sandboxapi.Extension{ExtensionSpec: spec, Output: output}
		return after, s.store.put(extensionsBucket, key, after)
	})
}

func (s *Sandbox) getExtension(r *http.Request) (any, error) {
	return s.extensionOf(r, func(_ context.Context, machine machineRecord, name string) (any, error) {
		var extension sandboxapi.Extension
		found, err := s.store.get(extensionsBucket, machine.ID.String()+"/"+name, &extension)
		if err == nil && !found {
			err = notFound("extension " + name + " of machine " + machine.ID.String())
		}
		return extension, err
	})
}

func (s *Sandbox) deleteExtension(r *http.Request) (any, error) {
	_, err := s.extensionOf(r, func(_ context.Context, machine machineRecord, name string) (any, error) {
		return nil, s.store.remove(extensionsBucket, machine.ID.String()+"/"+name)
	})
	if sandboxapi.IsGone(err) {
		err = nil // the machine took its extensions with it
	}
	return nil, err
}

// bootProcess answers the process that leads the machine's group, 0 while there is none.
func (m *machines) bootProcess(id sandboxapi.ID) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.booted[id.String()]; p != nil {
		pid, _ := p.state()
		return pid
	}
	return 0
}

// script is what an extension runs.
type script struct {
	name string // of the extension, for messages
	file string // beside the machine's console, without .sh or .log
	text string
}

// runScript runs a script in the machine's folder and answers the end of what it printed, all of which stays in a file
// beside the machine's console.
func (m *machines) runScript(ctx context.Context, machine machineRecord, s script) (string, error) {
	boot := m.bootProcess(machine.ID)
	if boot == 0 {
		return "", problem(http.StatusConflict, "machineOff", "The machine %s is off or has failed, so the extension %s cannot run in it. Power it on first.", machine.ID, s.name)
	}
	path := filepath.Join(m.folder(machine.ID), s.file)
	if err := os.WriteFile(path+".sh", []byte(s.text), 0o600); err != nil {
		return "", fmt.Errorf("write extension %s: %w", s.name, err)
	}
	log, err := os.Create(path + ".log")
	if err != nil {
		return "", fmt.Errorf("output of extension %s: %w", s.name, err)
	}
	defer func() { _ = log.Close() }() // the script has its own copy
	ctx, cancel := context.WithTimeout(ctx, extensionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", path+".sh") // #nosec G204 G702 -- running the user's script is the feature
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = m.disk(machine.ID), m.environment(machine.ID), log, log
	joinGroup(cmd, boot) // what the script starts in the background ends when the machine does
	runErr := cmd.Run()
	kept, err := lastBytes(path+".log", maxKept)
	if err != nil {
		return "", fmt.Errorf("output of extension %s: %w", s.name, err)
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return "", problem(http.StatusUnprocessableEntity, "extensionFailed", "The extension %s was ended: %v. The end of its output:\n%s", s.name, ctxErr, lastLines(kept, 10))
	}
	if runErr != nil {
		return "", problem(http.StatusUnprocessableEntity, "extensionFailed", "The extension %s failed (%v). The end of its output:\n%s", s.name, runErr, lastLines(kept, 10))
	}
	return string(kept), nil
}

func lastBytes(path string, limit int64) ([]byte, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read from
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(max(0, info.Size()-limit), io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, limit))
}

// forgetExtensions forgets what has run in a machine, by whichever of the two ways to ask for it.
func (m *machines) forgetExtensions(machine sandboxapi.ID) error {
	keys, err := m.store.keys(extensionsBucket, machine.String()+"/")
	if err != nil {
		return err
	}
	failures := []error{forgetVMExtensions(m.store, machine)}
	for _, key := range keys {
		failures = append(failures, m.store.remove(extensionsBucket, key))
	}
	return errors.Join(failures...)
}

package sandbox

import (
	"context"
	"errors"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// vmExtensions is the kind that runs a script once in a machine. A record is written when the script has succeeded:
// one that failed leaves none, so that asking again runs it again.
type vmExtensions struct {
	store    *store
	locks    *locks
	machines *machines
}

// vmExtensionRecord is what is stored for each extension.
type vmExtensionRecord struct {
	ID      sandboxapi.ID              `json:"id"`
	Machine sandboxapi.ID              `json:"machine"`
	Spec    sandboxapi.VMExtensionSpec `json:"spec"`
	Output  string                     `json:"output"`
}

// neighbour finds the resource of the same environment that others know by name, which is its output of that name:
// project-environment-alias. noun is what it should be.
func neighbour(id sandboxapi.ID, noun, name string) (sandboxapi.ID, error) {
	prefix := id.Project + "-" + id.Environment + "-"
	alias, ours := strings.CutPrefix(name, prefix)
	found := sandboxapi.ID{Project: id.Project, Environment: id.Environment, Name: alias}
	if !ours || found.Validate() != nil {
		return found, invalid("%q is no %s of %s/%s: give the name output of one, such as %svm.", name, noun, id.Project, id.Environment, prefix)
	}
	return found, nil
}

// put runs the script unless the same one with the same revision has succeeded in the same machine already.
func (x *vmExtensions) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.VMExtensionSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	if strings.TrimSpace(spec.Script) == "" {
		return nil, invalid("The extension %s has no script.", id.Name)
	}
	machineID, err := neighbour(id, "machine", spec.Machine)
	if err != nil {
		return nil, err
	}
	unlock, err := x.locks.resource(ctx, sandboxapi.Machines, machineID) // nobody switches it off or removes it meanwhile
	if err != nil {
		return nil, err
	}
	defer unlock()
	machine, err := x.machines.record(machineID)
	if sandboxapi.IsGone(err) {
		return nil, invalid("There is no machine %s to run the extension %s in.", spec.Machine, id.Name)
	}
	if err != nil {
		return nil, err
	}
	var before vmExtensionRecord
	found, err := x.store.get(string(sandboxapi.VMExtensions), id.String(), &before)
	if err != nil {
		return nil, err
	}
	if found && before.Spec == spec {
		return x.describe(before), nil
	}
	output, err := x.machines.runScript(ctx, machine, script{name: id.Name, file: "vm-extension-" + id.Name, text: spec.Script})
	if err != nil {
		return nil, err
	}
	after := vmExtensionRecord{ID: id, Machine: machineID, Spec: spec, Output: output}
	return x.describe(after), x.store.put(string(sandboxapi.VMExtensions), id.String(), after)
}

func (x *vmExtensions) describe(record vmExtensionRecord) sandboxapi.VMExtension {
	return sandboxapi.VMExtension{
		Origin:          sandboxapi.Origin{ID: record.ID, Implementation: "shell script that was run in the machine's folder", Honesty: sandboxapi.StandIn},
		VMExtensionSpec: record.Spec, Output: record.Output,
	}
}

func (x *vmExtensions) get(_ context.Context, id sandboxapi.ID) (any, error) {
	var record vmExtensionRecord
	found, err := x.store.get(string(sandboxapi.VMExtensions), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("extension " + id.String())
	}
	if _, err := x.machines.record(record.Machine); err != nil {
		return nil, err // what ran in a machine that is gone is gone with it
	}
	return x.describe(record), nil
}

// remove forgets the extension; what its script has done to the machine stays.
func (x *vmExtensions) remove(_ context.Context, id sandboxapi.ID) error {
	return x.store.remove(string(sandboxapi.VMExtensions), id.String())
}

func (x *vmExtensions) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := x.store.ids(sandboxapi.VMExtensions, project, environment)
	if err != nil {
		return nil, err
	}
	items := make([]sandboxapi.Leftover, 0, len(ids))
	for _, id := range ids {
		items = append(items, sandboxapi.Leftover{Kind: sandboxapi.VMExtensions, ID: id, What: "extension " + id.Name})
	}
	return items, nil
}

// forgetVMExtensions forgets the extensions of one machine.
func forgetVMExtensions(st *store, machine sandboxapi.ID) error {
	ids, err := st.ids(sandboxapi.VMExtensions, machine.Project, machine.Environment)
	if err != nil {
		return err
	}
	var failures []error
	for _, id := range ids {
		var record vmExtensionRecord
		_, err := st.get(string(sandboxapi.VMExtensions), id.String(), &record)
		if err == nil && record.Machine == machine {
			err = st.remove(string(sandboxapi.VMExtensions), id.String())
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

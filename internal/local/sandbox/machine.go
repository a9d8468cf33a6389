package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// machines is the kind that stands in for virtual machines: a folder with a supervised process in it. It isolates
// nothing: scripts run with the rights of the person who runs Lazuli.
type machines struct {
	store  *store
	root   string
	cfg    Config
	locks  *locks
	mu     sync.Mutex
	booted map[string]*process // by id; absent when off
}

// machineRecord is what is stored for each machine.
type machineRecord struct {
	ID   sandboxapi.ID          `json:"id"`
	Spec sandboxapi.MachineSpec `json:"spec"`
}

// boot is the first process of a machine: it runs the start-up script and then stays, as a machine does. What the script
// has started in the background goes on beside it.
const boot = `if [ -s ./startup.sh ]; then /bin/sh ./startup.sh || echo "startup.sh failed with status $?"; fi
exec sleep 2147483647`

// newMachines makes the kind.
func newMachines(cfg Config, st *store, l *locks) *machines {
	return &machines{store: st, root: filepath.Join(cfg.Dir, "machines"), cfg: cfg, locks: l, booted: map[string]*process{}}
}

// startAll powers on every machine that was on.
func (m *machines) startAll(context.Context) error {
	ids, err := m.store.ids(sandboxapi.Machines, "", "")
	if err != nil {
		return err
	}
	for _, id := range ids {
		var record machineRecord
		if _, err := m.store.get(string(sandboxapi.Machines), id.String(), &record); err != nil {
			return err
		}
		if record.Spec.Power == sandboxapi.Off || !exists(m.folder(id)) {
			continue
		}
		if err := m.powerOn(record); err != nil {
			m.cfg.Logger.Warn("machine does not start", "id", id.String(), "error", err)
		}
	}
	return nil
}

func (m *machines) stopAll() {
	m.mu.Lock()
	running := m.booted
	m.booted = map[string]*process{}
	m.mu.Unlock()
	var waiting sync.WaitGroup
	for _, p := range running {
		waiting.Go(p.stop)
	}
	waiting.Wait()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func (m *machines) folder(id sandboxapi.ID) string {
	return filepath.Join(m.root, id.Project, id.Environment, id.Name)
}

// disk is what the machine's own processes see as their home. Our files lie beside it.
func (m *machines) disk(id sandboxapi.ID) string { return filepath.Join(m.folder(id), "disk") }
func (m *machines) console(id sandboxapi.ID) string {
	return filepath.Join(m.folder(id), "console.log")
}

func (m *machines) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.MachineSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	spec.Power = cmp.Or(spec.Power, sandboxapi.On)
	switch {
	case spec.Power != sandboxapi.On && spec.Power != sandboxapi.Off:
		return nil, invalid("power is %q; it can be on or off.", spec.Power)
	case strings.ContainsAny(spec.SSHKey, "\r\n"):
		return nil, invalid("The SSH key is one line, as in ~/.ssh/id_ed25519.pub.")
	case runtime.GOOS == "windows":
		return nil, invalid("Machines need /bin/sh. Run Lazuli in WSL to have them.")
	}
	var before machineRecord
	if _, err := m.store.get(string(sandboxapi.Machines), id.String(), &before); err != nil {
		return nil, err
	}
	record := machineRecord{ID: id, Spec: spec}
	if err := m.enter(ctx, record, before); err != nil {
		return nil, err
	}
	// Another script takes effect at the next power-on, which is now; anything else leaves a running machine alone.
	if spec.Power == sandboxapi.Off || before.Spec.StartupScript != spec.StartupScript {
		m.powerOff(id)
	}
	if spec.Power == sandboxapi.On {
		if err := m.powerOn(record); err != nil {
			return nil, err
		}
	}
	return m.describe(record), nil
}

// make writes the record and the disk.
func (m *machines) make(record machineRecord) error {
	if err := m.store.put(string(sandboxapi.Machines), record.ID.String(), record); err != nil {
		return err
	}
	if !exists(m.disk(record.ID)) { // new, or its folder was deleted by hand: nothing runs, and nothing has run, in what comes now
		m.powerOff(record.ID)
		if err := m.forgetExtensions(record.ID); err != nil {
			return err
		}
	}
	if err := m.writeDisk(record); err != nil {
		return fmt.Errorf("make machine %s: %w", record.ID, err)
	}
	return nil
}

func (m *machines) writeDisk(record machineRecord) error {
	ssh := filepath.Join(m.disk(record.ID), ".ssh")
	if err := os.MkdirAll(ssh, 0o700); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(m.disk(record.ID), "startup.sh"), []byte(record.Spec.StartupScript), 0o600); err != nil {
		return fmt.Errorf("start-up script: %w", err)
	}
	if err := os.WriteFile(filepath.Join(ssh, "authorized_keys"), []byte(record.Spec.SSHKey+"\n"), 0o600); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	return nil
}

// environment is what scripts in a machine see.
func (m *machines) environment(id sandboxapi.ID) []string {
	return plainEnv(m.disk(id), map[string]string{
		"LAZULI_PROJECT": id.Project, "LAZULI_ENVIRONMENT": id.Environment, "LAZULI_MACHINE": id.Name,
	})
}

// powerOn does nothing for a machine that is on.
func (m *machines) powerOn(record machineRecord) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.booted[record.ID.String()] != nil {
		return nil
	}
	p, err := supervise(processSpec{
		Name: "machine " + record.ID.String(), Argv: []string{"/bin/sh", "-c", boot}, Dir: m.disk(record.ID),
		Env: m.environment(record.ID), Output: m.console(record.ID), PID: filepath.Join(m.folder(record.ID), "process.pid"),
	}, m.cfg.Logger)
	if err != nil {
		return fmt.Errorf("power on machine %s: %w", record.ID, err)
	}
	m.booted[record.ID.String()] = p
	return nil
}

// powerOff returns when nothing of the machine runs any more.
func (m *machines) powerOff(id sandboxapi.ID) {
	m.mu.Lock()
	p := m.booted[id.String()]
	delete(m.booted, id.String())
	m.mu.Unlock()
	if p != nil {
		p.stop()
	}
}

// describe reports the power of the processes, not of the record.
func (m *machines) describe(record machineRecord) sandboxapi.Machine {
	machine := sandboxapi.Machine{
		Origin:      sandboxapi.Origin{ID: record.ID, Implementation: "supervised process in a folder, not a hypervisor", Honesty: sandboxapi.StandIn},
		MachineSpec: record.Spec, Path: m.disk(record.ID), Console: m.console(record.ID), Status: "stopped",
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	machine.Power = sandboxapi.Off
	if p := m.booted[record.ID.String()]; p != nil {
		machine.Power = sandboxapi.On
		machine.PID, machine.Status = p.state()
	}
	return machine
}

// record answers a machine that is there; one whose folder was deleted is gone.
func (m *machines) record(id sandboxapi.ID) (machineRecord, error) {
	var record machineRecord
	found, err := m.store.get(string(sandboxapi.Machines), id.String(), &record)
	if err != nil {
		return record, err
	}
	if !found || !exists(m.disk(id)) {
		return record, notFound("machine " + id.String())
	}
	return record, nil
}

func (m *machines) get(_ context.Context, id sandboxapi.ID) (any, error) {
	record, err := m.record(id)
	if err != nil {
		return nil, err
	}
	return m.describe(record), nil
}

func (m *machines) setPower(_ context.Context, id sandboxapi.ID, power sandboxapi.Power) error {
	record, err := m.record(id)
	if err != nil {
		return err
	}
	record.Spec.Power = power
	if err := m.store.put(string(sandboxapi.Machines), id.String(), record); err != nil {
		return err
	}
	if power == sandboxapi.Off {
		m.powerOff(id)
		return nil
	}
	return m.powerOn(record)
}

func (m *machines) remove(_ context.Context, id sandboxapi.ID) error {
	m.powerOff(id)
	if err := m.forgetExtensions(id); err != nil {
		return err
	}
	if err := removeFolder(m.root, id); err != nil {
		return fmt.Errorf("remove machine %s: %w", id, err)
	}
	return m.store.remove(string(sandboxapi.Machines), id.String())
}

func (m *machines) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	return recordsAndFolders(m.store, sandboxapi.Machines, m.root, project, environment)
}

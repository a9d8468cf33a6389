package sandbox

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// labs is the kind that stands in for DevTest Labs: rules for the machines of an environment that name the lab. There is
// nothing to a lab but its rules, and those are real: they are looked at when a machine is made or moved, and its machines
// are stopped on time.
type labs struct {
	store    *store
	machines *machines
	locks    *locks
	cfg      Config
}

// labRecord is what is stored for each lab.
type labRecord struct {
	ID      sandboxapi.ID      `json:"id"`
	Spec    sandboxapi.LabSpec `json:"spec"`
	Stopped time.Time          `json:"stopped"` // until when the shutdowns have been seen to
}

var validTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// outsideName is what a lab or a machine is called in outputs.
func outsideName(id sandboxapi.ID) string { return id.Project + "-" + id.Environment + "-" + id.Name }

func checkLab(spec sandboxapi.LabSpec) error {
	if spec.MaxMachines < 1 {
		return invalid("maxMachines is %d; a lab has room for 1 machine at least.", spec.MaxMachines)
	}
	if spec.ShutdownTime != "" && !validTime.MatchString(spec.ShutdownTime) {
		return invalid("shutdownTime is %q; give it as HH:MM, such as 19:00.", spec.ShutdownTime)
	}
	if _, err := zone(spec); err != nil {
		return invalid("timeZone is %q, which this machine does not know; give one such as Europe/Berlin.", spec.TimeZone)
	}
	return nil
}

// put changes the rules for what comes: machines that are there already stay as they are. A shutdown time that has passed
// today takes effect tomorrow.
func (l *labs) put(_ context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.LabSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	if err := checkLab(spec); err != nil {
		return nil, err
	}
	slices.Sort(spec.AllowedSizes)
	record := labRecord{ID: id, Spec: spec, Stopped: l.cfg.Now()}
	var before labRecord
	found, err := l.store.get(string(sandboxapi.Labs), id.String(), &before)
	if err != nil {
		return nil, err
	}
	if found && before.Spec.ShutdownTime == spec.ShutdownTime && before.Spec.TimeZone == spec.TimeZone {
		record.Stopped = before.Stopped
	}
	if err := l.store.put(string(sandboxapi.Labs), id.String(), record); err != nil {
		return nil, err
	}
	return describeLab(record), nil
}

func describeLab(record labRecord) sandboxapi.Lab {
	return sandboxapi.Lab{
		Origin:  sandboxapi.Origin{ID: record.ID, Implementation: "rules that the sandbox enforces on its machines", Honesty: sandboxapi.StandIn},
		LabSpec: record.Spec, Address: "/projects/" + record.ID.Project + "/environments/" + record.ID.Environment + "/labs/" + record.ID.Name,
	}
}

func (l *labs) get(_ context.Context, id sandboxapi.ID) (any, error) {
	var record labRecord
	found, err := l.store.get(string(sandboxapi.Labs), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("lab " + id.String())
	}
	return describeLab(record), nil
}

// remove refuses while there are machines in the lab: their rules must not go before them.
func (l *labs) remove(_ context.Context, id sandboxapi.ID) error {
	inside, err := l.machines.inLab(id)
	if err != nil {
		return err
	}
	if len(inside) > 0 {
		return problem(http.StatusConflict, "labInUse", "The lab %s has machines: %s. Remove them first.", outsideName(id), names(inside))
	}
	return l.store.remove(string(sandboxapi.Labs), id.String())
}

func names(machines []machineRecord) string {
	all := make([]string, len(machines))
	for i, machine := range machines {
		all[i] = machine.ID.Name
	}
	return strings.Join(all, ", ")
}

func (l *labs) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := l.store.ids(sandboxapi.Labs, project, environment)
	if err != nil {
		return nil, err
	}
	items := make([]sandboxapi.Leftover, 0, len(ids))
	for _, id := range ids {
		items = append(items, sandboxapi.Leftover{Kind: sandboxapi.Labs, ID: id, What: "lab " + id.Name})
	}
	return items, nil
}

// inLab lists the machines of a lab that are there.
func (m *machines) inLab(lab sandboxapi.ID) ([]machineRecord, error) {
	ids, err := m.store.ids(sandboxapi.Machines, lab.Project, lab.Environment)
	if err != nil {
		return nil, err
	}
	var inside []machineRecord
	for _, id := range ids {
		record, err := m.record(id)
		if err != nil && !sandboxapi.IsGone(err) {
			return nil, err
		}
		if err == nil && record.Spec.Lab == outsideName(lab) {
			inside = append(inside, record)
		}
	}
	return inside, nil
}

// enter makes a machine if the rules of its lab, should it name one, allow what is new about it. Two machines cannot take
// the lab's last place, because its lock is held until the machine can be seen.
func (m *machines) enter(ctx context.Context, machine, before machineRecord) error {
	changed := machine.Spec.Lab != before.Spec.Lab || machine.Spec.Size != before.Spec.Size || !exists(m.disk(machine.ID))
	if machine.Spec.Lab != "" && changed {
		id, err := neighbour(machine.ID, "lab", machine.Spec.Lab)
		if err != nil {
			return err
		}
		unlock, err := m.locks.resource(ctx, sandboxapi.Labs, id)
		if err != nil {
			return err
		}
		defer unlock()
		if err := m.admitted(machine, id); err != nil {
			return err
		}
	}
	return m.make(machine)
}

// admitted says what rule of the lab a machine would break.
func (m *machines) admitted(machine machineRecord, id sandboxapi.ID) error {
	var lab labRecord
	found, err := m.store.get(string(sandboxapi.Labs), id.String(), &lab)
	if err != nil {
		return err
	}
	if !found {
		return invalid("There is no lab %s for the machine %s.", machine.Spec.Lab, machine.ID.Name)
	}
	if allowed := lab.Spec.AllowedSizes; len(allowed) > 0 && !slices.Contains(allowed, machine.Spec.Size) {
		return problem(http.StatusUnprocessableEntity, "labPolicy", "The lab %s allows no machine of the size %q; it allows %s.",
			machine.Spec.Lab, machine.Spec.Size, strings.Join(allowed, ", "))
	}
	inside, err := m.inLab(id)
	if err != nil {
		return err
	}
	inside = slices.DeleteFunc(inside, func(other machineRecord) bool { return other.ID == machine.ID })
	if len(inside) >= lab.Spec.MaxMachines {
		return problem(http.StatusUnprocessableEntity, "labPolicy", "The lab %s has room for %d machines and has them: %s. Remove one, or raise its maxMachines.",
			machine.Spec.Lab, lab.Spec.MaxMachines, names(inside))
	}
	return nil
}

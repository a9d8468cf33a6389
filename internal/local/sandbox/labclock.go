package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // Windows and slim systems have no list of time zones

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

const (
	labPause     = time.Second // between two looks at the clock
	machineInUse = time.Second // how long a shutdown waits for a machine that is at work; it comes back for it
)

// zone is where a lab's shutdown time is meant.
func zone(spec sandboxapi.LabSpec) (*time.Location, error) {
	if spec.TimeZone == "Local" { // would be another one on each machine
		return nil, errors.New("a time zone needs a name")
	}
	return time.LoadLocation(spec.TimeZone)
}

// due answers the newest shutdown that has come and has not been seen to.
func (r labRecord) due(now time.Time) (time.Time, bool) {
	where, err := zone(r.Spec)
	if r.Spec.ShutdownTime == "" || err != nil {
		return time.Time{}, false
	}
	at, err := time.Parse("15:04", r.Spec.ShutdownTime)
	if err != nil {
		return time.Time{}, false
	}
	year, month, day := now.In(where).Date()
	moment := time.Date(year, month, day, at.Hour(), at.Minute(), 0, 0, where)
	if moment.After(now) {
		moment = time.Date(year, month, day-1, at.Hour(), at.Minute(), 0, 0, where)
	}
	return moment, moment.After(r.Stopped)
}

// keep stops machines on time until ctx ends.
func (l *labs) keep(ctx context.Context) {
	ticker := time.NewTicker(labPause)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.stopDue(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// stopDue sees to the shutdowns that have come. What fails is tried again at the next look.
func (l *labs) stopDue(ctx context.Context) {
	ids, err := l.store.ids(sandboxapi.Labs, "", "")
	if err != nil {
		l.cfg.Logger.Error("labs cannot be listed, their machines are not stopped", "error", err)
		return
	}
	for _, id := range ids {
		if err := l.stopOnTime(ctx, id); err != nil && ctx.Err() == nil {
			l.cfg.Logger.Warn("a lab's machines are not all stopped yet", "lab", id.String(), "error", err)
		}
	}
}

// stopOnTime stops one lab's machines if their time has come, and notes that it has been done. It holds no lock of the lab
// while it waits for machines: whoever makes one holds the machine's and waits for the lab's.
func (l *labs) stopOnTime(ctx context.Context, id sandboxapi.ID) error {
	var record labRecord
	if _, err := l.store.get(string(sandboxapi.Labs), id.String(), &record); err != nil {
		return err
	}
	moment, due := record.due(l.cfg.Now())
	if !due {
		return nil
	}
	inside, err := l.machines.inLab(id)
	if err != nil {
		return err
	}
	for _, machine := range inside {
		err = errors.Join(err, l.stop(ctx, machine.ID))
	}
	if err != nil {
		return err
	}
	return l.noteStopped(ctx, id, moment)
}

func (l *labs) stop(ctx context.Context, machine sandboxapi.ID) error {
	ctx, cancel := context.WithTimeout(ctx, machineInUse)
	defer cancel()
	unlock, err := l.locks.resource(ctx, sandboxapi.Machines, machine)
	if err != nil {
		return fmt.Errorf("machine %s is at work: %w", machine, err)
	}
	defer unlock()
	record, err := l.machines.record(machine)
	if sandboxapi.IsGone(err) || err == nil && record.Spec.Power == sandboxapi.Off {
		return nil
	}
	if err != nil {
		return err
	}
	l.cfg.Logger.Info("machine is stopped by its lab", "machine", machine.String(), "lab", record.Spec.Lab)
	return l.machines.setPower(ctx, machine, sandboxapi.Off)
}

// noteStopped leaves a lab alone that was removed, or given other rules, meanwhile.
func (l *labs) noteStopped(ctx context.Context, id sandboxapi.ID, moment time.Time) error {
	unlock, err := l.locks.resource(ctx, sandboxapi.Labs, id)
	if err != nil {
		return err
	}
	defer unlock()
	var record labRecord
	found, err := l.store.get(string(sandboxapi.Labs), id.String(), &record)
	if err != nil || !found || !moment.After(record.Stopped) {
		return err
	}
	record.Stopped = moment
	return l.store.put(string(sandboxapi.Labs), id.String(), record)
}

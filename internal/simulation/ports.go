package simulation

import (
	"context"
	"errors"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The seam: what a process has in its hands for the store, the broker and the pipeline service. Each call takes its time, in which
// others go on; then it may fail before its effect or after it, or kill the process that made it.

var (
	readFaults  = []Fault{FailBefore, KillBefore, Pause}
	writeFaults = []Fault{FailBefore, FailAfter, KillBefore, KillAfter, Pause}
)

// What the seam says of a call; each port turns it into what the port promises.
var (
	errSeam    = errors.New("the call was not answered")
	errRefused = errors.New("the call was refused")
	errRetried = errors.New("the call took effect, and its repetition on the wire was refused")
)

// call makes a call of a process. What fails after its effect has its effect.
func (w *world) call(name string, faults []Fault, do func() error) error {
	t := w.current
	if t.dead {
		panic(killed{})
	}
	if w.now.After(t.deadline) {
		return context.DeadlineExceeded // the call is not made
	}
	fault := w.fault(name, faults...)
	took := w.between(time.Millisecond, w.settings.slowest)
	if fault == Pause { // whoever looked at the time before has a call in his hands that is old when he makes it
		took = w.schedule.length(20*time.Second, 5*time.Minute)
	}
	t.sleep(took)
	return w.perform(t, name, fault, do)
}

// instant is a call that nobody can overtake, since what it reads never changes. The core holds locks while it makes some of them.
func (w *world) instant(name string, do func() error) error {
	return w.perform(w.current, name, w.fault(name, FailBefore, KillBefore), do)
}

func (w *world) perform(t *task, name string, fault Fault, do func() error) error {
	switch {
	case t.dead:
		panic(killed{})
	case fault == KillBefore:
		w.killProcess(t.process)
	case fault == FailBefore:
		return errSeam
	case fault == Refuse:
		return errRefused
	case fault == Late:
		w.pending++
		w.after(w.schedule.length(time.Second, 2*time.Minute), func() {
			w.pending--
			w.note("late effect", name)
			_ = do()
		})
		return errSeam
	}
	err := do()
	if err == nil {
		w.note(name, "")
	} else {
		w.note(name, err.Error())
	}
	switch fault {
	case KillAfter:
		w.killProcess(t.process)
	case FailAfter:
		return errSeam
	case Retried:
		if err == nil {
			return errRetried
		}
	default:
	}
	return err
}

// storePort is the store of a process.
type storePort struct{ *world }

func unavailable(err error) error {
	if errors.Is(err, errSeam) || errors.Is(err, context.DeadlineExceeded) {
		return platform.Errorf(platform.StorageUnavailable, "The storage does not answer.").Because(err)
	}
	return err
}

func get[T any](w *world, name string, read func(context.Context) (T, error)) (T, error) {
	var out T
	err := w.call(name, readFaults, func() (err error) {
		out, err = read(background())
		return err
	})
	return out, unavailable(err)
}

func put(w *world, name string, write func(context.Context) error) error {
	return unavailable(w.call(name, writeFaults, func() error { return write(background()) }))
}

type listOf[T any] struct {
	items []T
	next  string
}

func list[T any](w *world, name string, read func(context.Context) ([]T, string, error)) ([]T, string, error) {
	l, err := get(w, name, func(ctx context.Context) (l listOf[T], err error) {
		l.items, l.next, err = read(ctx)
		return l, err
	})
	return l.items, l.next, err
}

// messengerPort is the way of a process to the broker.
type messengerPort struct{ *world }

// Send hands messages over. An error says nothing of whether they arrived.
func (m *messengerPort) Send(_ context.Context, messages ...platform.Message) error {
	return m.call("send "+string(messages[0].Destination), writeFaults, func() error {
		for _, one := range messages {
			m.broker.accept(one)
		}
		return nil
	})
}

// pipelinesPort is the way of a process to Azure DevOps.
type pipelinesPort struct{ *world }

var (
	askFaults   = []Fault{FailBefore, KillBefore, Pause, Refuse}
	startFaults = []Fault{FailBefore, FailAfter, KillBefore, KillAfter, Pause, Late, Refuse}
)

func (p *pipelinesPort) ask(name string, faults []Fault, do func() error) error {
	err := p.call(name, faults, func() error {
		if p.devops.down() {
			return errSeam
		}
		return do()
	})
	switch {
	case errors.Is(err, errRefused):
		return platform.ErrRefused
	case errors.Is(err, errSeam) || errors.Is(err, context.DeadlineExceeded):
		return platform.Errorf(platform.PipelineUnavailable, "Azure DevOps does not answer.").Because(err)
	}
	return err
}

// Find looks for the newest run of an operation.
func (p *pipelinesPort) Find(_ context.Context, operation string) (run platform.RunRef, found bool, err error) {
	err = p.ask("find run", askFaults, func() error {
		run, found = p.devops.find(operation)
		return nil
	})
	return run, found && err == nil, err
}

// Start starts a run.
func (p *pipelinesPort) Start(_ context.Context, operation string) (run platform.RunRef, err error) {
	err = p.ask("start run", startFaults, func() error {
		run = p.devops.start(operation).ref()
		return nil
	})
	if err != nil {
		return platform.RunRef{}, err
	}
	return run, nil
}

// Read tells the state of a run.
func (p *pipelinesPort) Read(_ context.Context, run string) (seen platform.RunObservation, err error) {
	err = p.ask("read run", askFaults, func() error {
		seen, err = p.devops.read(run)
		return err
	})
	return seen, err
}

// Report fetches what a run published.
func (p *pipelinesPort) Report(_ context.Context, run string) (raw []byte, err error) {
	err = p.ask("fetch report", askFaults, func() error {
		raw, err = p.devops.report(run)
		return err
	})
	return raw, err
}

// Cancel asks a run to stop.
func (p *pipelinesPort) Cancel(_ context.Context, run string) error {
	return p.ask("cancel run", writeFaults, func() error { return p.devops.cancel(run) })
}

// Log reads nothing: nobody here reads logs.
func (p *pipelinesPort) Log(context.Context, string, string) (platform.LogPage, error) {
	return platform.LogPage{Complete: true}, nil
}

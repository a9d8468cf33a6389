package devops

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// errStopped is why runs are interrupted when the platform is stopped in good order.
var errStopped = errors.New("the local platform was stopped")

// retryPause is how long a change that the disk refused waits for its next try.
const retryPause = time.Second

// queue executes waiting runs in the order of their ids, at most Config.Parallel at a time. The store is the queue: what
// waits is found there, so nothing is forgotten by a restart.
type queue struct {
	server *Server
	woken  chan struct{} // holds one: "look again"
	ctx    context.Context
	end    context.CancelCauseFunc
	done   chan struct{} // closed when the dispatcher and all executions have ended

	mu      sync.Mutex
	started bool // the dispatcher was begun
	active  map[int]*execution
}

// execution is a run in the hands of an agent.
type execution struct {
	once     sync.Once
	canceled chan struct{} // closed when a person cancels the run
}

func newQueue(s *Server) *queue {
	ctx, end := context.WithCancelCause(context.Background())
	return &queue{server: s, woken: make(chan struct{}, 1), ctx: ctx, end: end, done: make(chan struct{}), active: map[int]*execution{}}
}

func (q *queue) start() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.started || q.ctx.Err() != nil {
		return
	}
	q.started = true
	go q.dispatch()
}

// stop ends all executions and waits for them, at most as long as ctx allows.
func (q *queue) stop(ctx context.Context) error {
	q.end(errStopped)
	q.mu.Lock()
	started := q.started
	q.mu.Unlock()
	if !started {
		return nil
	}
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for running pipelines to stop: %w", context.Cause(ctx))
	}
}

// wake makes the dispatcher look for waiting runs. It never blocks.
func (q *queue) wake() {
	select {
	case q.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// cancel tells the agent of a run that is being executed; a waiting run is ended by the dispatcher.
func (q *queue) cancel(id int) {
	q.mu.Lock()
	e := q.active[id]
	q.mu.Unlock()
	if e != nil {
		e.once.Do(func() { close(e.canceled) })
	}
	q.wake()
}

// dispatch owns all executions and ends when they have.
func (q *queue) dispatch() {
	var executions sync.WaitGroup
	defer close(q.done)
	defer executions.Wait()
	for q.ctx.Err() == nil {
		for _, r := range q.server.store.find(run.waiting) {
			if r.Status == cancelling {
				q.server.persist(q.ctx, r.ID, func() error { return q.server.cancelWaiting(r.ID) })
				continue
			}
			e, ok := q.take(r.ID)
			if !ok {
				continue
			}
			executions.Go(func() {
				defer q.release(r.ID)
				q.server.execute(q.ctx, r.ID, e.canceled)
			})
		}
		select {
		case <-q.ctx.Done():
		case <-q.woken:
		}
	}
}

// take reserves an agent for a run, unless all are busy or it has one.
func (q *queue) take(id int) (*execution, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.active[id] != nil || len(q.active) >= q.server.cfg.Parallel {
		return nil, false
	}
	e := &execution{canceled: make(chan struct{})}
	q.active[id] = e
	return e, true
}

func (q *queue) release(id int) {
	q.mu.Lock()
	delete(q.active, id)
	q.mu.Unlock()
	q.wake()
}

// execute brings one run from waiting to completed. ctx is the platform's: when it ends, the run is interrupted.
func (s *Server) execute(ctx context.Context, id int, canceled <-chan struct{}) {
	var r run
	if !s.persist(ctx, id, func() (err error) {
		r, err = s.store.update(id, func(r *run) error { r.start(s.cfg.Now().UTC()); return nil })
		return err
	}) {
		return // it stays queued for the next start
	}
	s.hooks.runChanged(r)
	s.log.Info("Run started", "run", id, "number", r.Number, "waited", r.Started.Sub(r.Queued))
	outcome, err := s.runAgent(ctx, r, canceled)
	if err != nil {
		reason := fmt.Sprintf("The agent could not go on with this run: %v.", err)
		if errors.Is(err, errStopped) {
			reason = "The local platform was stopped while this run was going on. Start the operation again."
		}
		s.log.Warn("Run was interrupted", "run", id, "number", r.Number, "error", err)
		s.persist(ctx, id, func() error { return s.interrupt(id, reason) })
		return
	}
	result := buildResultOf(outcome.Result)
	s.persist(ctx, id, func() error { return s.finish(id, result) })
	s.log.Info("Run completed", "run", id, "number", r.Number, "result", result, "took", s.cfg.Now().Sub(*r.Started))
}

// persist repeats a change until the disk takes it or the platform stops, and says whether it was taken. What is not
// taken is repaired at the next start.
func (s *Server) persist(ctx context.Context, id int, change func() error) bool {
	for {
		err := change()
		if err == nil {
			return true
		}
		s.log.Error("State of a run could not be stored; is the disk full?", "run", id, "error", err)
		pause := time.NewTimer(retryPause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return false
		case <-pause.C:
		}
	}
}

func (s *Server) finish(id int, result buildResult) error {
	before, _ := s.store.run(id)
	after, err := s.store.update(id, func(r *run) error { r.finish(result, s.cfg.Now().UTC()); return nil })
	if err == nil && before.Status != completed {
		s.hooks.runChanged(after)
	}
	return err
}

// interrupt ends a run that lost its agent: the timeline first, so that a completed run never has records in progress.
func (s *Server) interrupt(id int, reason string) error {
	stored, _, err := s.store.records(id)
	if err != nil {
		return err
	}
	records := make([]agent.Record, 0, len(stored))
	for _, r := range stored {
		records = append(records, r.Record)
	}
	changed := agent.Interrupted(records, s.cfg.Now().UTC(), reason)
	if len(changed) == 0 {
		// The agent had time to end its records, in its own words.
		changed = blamed(records, reason)
	}
	if err := s.store.putRecords(id, changed...); err != nil {
		return err
	}
	return s.finish(id, resultFailed)
}

// blamed gives the jobs that did not end well an error with the reason, before all others.
func blamed(records []agent.Record, reason string) []agent.Record {
	var changed []agent.Record
	for _, r := range records {
		if r.Type != agent.TypeJob || r.Result == agent.Succeeded || r.Result == agent.SucceededWithIssues {
			continue
		}
		r.Issues = append([]agent.Issue{{Type: "error", Category: "General", Message: reason}}, r.Issues...)
		r.ErrorCount++
		changed = append(changed, r)
	}
	return changed
}

// cancelWaiting ends a run that no agent has taken.
func (s *Server) cancelWaiting(id int) error {
	stored, _, err := s.store.records(id)
	if err != nil {
		return err
	}
	records := make([]agent.Record, 0, len(stored))
	for _, r := range stored {
		r.State, r.Result = agent.Completed, agent.Canceled
		records = append(records, r.Record)
	}
	if err := s.store.putRecords(id, records...); err != nil {
		return err
	}
	if err := s.finish(id, resultCanceled); err != nil {
		return err
	}
	s.log.Info("Run canceled before it started", "run", id)
	return nil
}

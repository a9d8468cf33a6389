package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Settings are what a world is made from. The same settings make the same history.
type Settings struct {
	Seed    uint64
	Stories []string      // nil: by chance
	Only    []Injected    // with it, these faults and no others
	Heal    time.Duration // how long things go wrong; 0: by chance

	calm      bool          // nothing but Only goes wrong, and nothing else is left to chance
	over      bool          // it ends when all that was asked for has ended, whatever might still go wrong
	slowest   time.Duration // of an ordinary call
	processes int
	bug       Bug
	record    bool
}

// Result is what became of a world.
type Result struct {
	Settings Settings
	Failure  error
	Faults   []Injected
	Last     []string // the last events
	Digest   uint64   // of the whole history
	Lasted   time.Duration
	Points   int
	Runs     int // of the pipeline
	Stories  []string

	offers []offer
}

// Run lets a world live.
func Run(s Settings) Result {
	w, told, err := newWorld(s)
	if err != nil {
		return Result{Settings: s, Failure: err}
	}
	w.live()
	return Result{Settings: s, Failure: w.failure, Faults: w.schedule.hits, Last: w.trace.last(), Digest: w.trace.digest, Lasted: w.now.Sub(genesis),
		Points: w.schedule.points, Runs: len(w.devops.runs), Stories: told, offers: w.schedule.offers}
}

// newWorld makes a world from a seed. Whole classes of faults are switched off in it, each half of the time, and the others come
// more or less often: worlds that differ so find more than worlds that are all alike.
func newWorld(s Settings) (*world, []string, error) {
	stored, err := base()
	if err != nil {
		return nil, nil, err
	}
	mood := rand.New(rand.NewPCG(s.Seed, 1)) // #nosec G404 -- the same numbers again are what it is for
	if s.slowest == 0 {
		s.slowest = []time.Duration{3 * time.Millisecond, 30 * time.Millisecond, 300 * time.Millisecond}[mood.IntN(3)]
	}
	if s.processes == 0 {
		s.processes = 1 + mood.IntN(3)
	}
	if s.Heal == 0 {
		s.Heal = time.Minute + time.Duration(mood.Int64N(int64(9*time.Minute)))
	}
	s.over = mood.IntN(8) > 0 || s.calm
	w := &world{settings: s, store: stored.Copy(), now: genesis, rng: rand.New(rand.NewPCG(s.Seed, 2))} // #nosec G404 -- as above
	w.schedule = schedule{seed: s.Seed, healed: genesis.Add(s.Heal), record: s.record}
	rates := ratesOf(mood)
	if s.calm || s.Only != nil {
		w.schedule.given = map[int]Fault{}
		for _, i := range s.Only {
			w.schedule.given[i.Point] = i.Fault
		}
	} else {
		w.schedule.rates = rates
	}
	w.broker, w.devops, w.ledger = newBroker(w), &devops{world: w, hooks: map[string]platform.RunState{}}, newLedger(w)
	p, err := stored.Project(background(), project)
	if err != nil {
		return nil, nil, err
	}
	w.ledger.numbers[project] = p.Events // of what was told before it began
	skewed := mood.IntN(4) == 0 && !s.calm
	for i := range s.processes {
		p := &process{world: w, number: i + 1}
		if skewed {
			p.skew = time.Duration(mood.Int64N(int64(4*time.Minute))) - 2*time.Minute
		}
		w.processes = append(w.processes, p)
		p.start()
	}
	told := s.Stories
	if told == nil {
		told = chosen(mood)
	}
	for i, name := range told {
		environment := "dev"
		if i > 0 && mood.IntN(2) == 0 {
			environment = fmt.Sprint("dev-", i)
		}
		stories[name](w, environment)
	}
	w.after(30*time.Second, w.sweep)
	w.after(20*time.Second, w.minute)
	return w, told, nil
}

// ratesOf draws how often each fault comes.
func ratesOf(mood *rand.Rand) map[Fault]float64 {
	rates := map[Fault]float64{}
	for _, class := range classes {
		if mood.IntN(2) == 0 {
			continue
		}
		rate := []float64{0.002, 0.01, 0.04}[mood.IntN(3)]
		for _, f := range class {
			rates[f] = rate
		}
	}
	for _, f := range []Fault{AnswerLost, Retried, Lost, Doubled, Delayed, LockLost, AgentDies, StepFails, SlowStep, StoppedLate, ThingsLeft, CanceledOut} {
		rates[f] *= 4 // of these there are fewer points
	}
	for _, f := range []Fault{Outage, HookLies, HookMore, Blackout} {
		rates[f] *= 10
	}
	return rates
}

// chosen are the stories of a world: mostly one, sometimes up to three.
func chosen(mood *rand.Rand) []string {
	all := Stories()
	told := []string{all[mood.IntN(len(all))]}
	for len(told) < 3 && mood.IntN(5) == 0 {
		told = append(told, all[mood.IntN(len(all))])
	}
	return told
}

// sweep is the timer: one at a time, on whichever process.
func (w *world) sweep() {
	next := 30 * time.Second
	if w.nights > 0 || w.waits {
		next = 10 * time.Minute
	}
	again := func() { w.after(next, w.sweep) }
	w.checkQuiet()
	p := w.anyProcess()
	if p == nil || w.ending {
		again()
		return
	}
	work := w.spawn("sweep", p, func(t *task) {
		t.deadline = w.now.Add(handlerPatience)
		_ = p.service.Sweep(background())
	})
	work.onEnd = again
}

// minute is where what goes wrong for a while begins, and hooks that tell lies.
func (w *world) minute() {
	if !w.now.Before(w.schedule.healed) {
		clear(w.devops.hooks)
		return
	}
	w.after(w.between(2*time.Second, 20*time.Second), w.minute)
	switch w.fault("minute", Outage, HookLies, HookMore, Blackout) {
	case Outage:
		w.devops.until = w.now.Add(min(w.schedule.length(10*time.Second, 5*time.Minute), w.schedule.healed.Sub(w.now)))
	case Blackout:
		for _, p := range w.processes {
			w.killProcess(p)
		}
	case HookLies:
		for _, r := range w.devops.runs {
			if !r.state.Ended() {
				w.devops.hooks[r.ref().ID] = []platform.RunState{"succeeded", "failed", "canceled"}[w.rng.IntN(3)]
				w.devops.hook(platform.Hook{Operation: r.operation, Run: r.ref().ID, Ended: true})
			}
		}
	case HookMore:
		for _, op := range w.operations() {
			for i := range 4 {
				w.devops.hook(platform.Hook{Operation: op.ID, Ended: i%2 == 0})
			}
		}
	default:
	}
}

// Shorten leaves out faults one by one while the world still fails, and returns the faults that are left.
func Shorten(r Result) Result {
	best := r
	settings := r.Settings
	for changed := true; changed; {
		changed = false
		for i := range best.Faults {
			fewer := slices.Delete(slices.Clone(best.Faults), i, i+1)
			settings.Only = append(make([]Injected, 0, len(fewer)), fewer...)
			if again := Run(settings); again.Failure != nil {
				best, changed = again, true
				break
			}
		}
	}
	return best
}

// Enumeration tries faults at each point of stories that go well otherwise.
type Enumeration struct {
	story string
	calm  Settings
	// Singles are all faults at all points, one by one.
	Singles []Injected
}

// Enumerate lets a story go well, and lists what could have gone wrong in it.
func Enumerate(story string) (Enumeration, error) {
	e := Enumeration{story: story, calm: Settings{Seed: 1, Stories: []string{story}, Heal: time.Hour, calm: true, record: true, processes: 2, slowest: 30 * time.Millisecond}}
	r := Run(e.calm)
	if r.Failure != nil {
		return e, fmt.Errorf("%s fails without any fault: %w", story, r.Failure)
	}
	for _, o := range r.offers {
		for _, f := range o.options {
			e.Singles = append(e.Singles, Injected{o.point, f, o.where})
		}
	}
	e.calm.record = false
	return e, nil
}

// Try lets the story go on with these faults.
func (e Enumeration) Try(faults ...Injected) Result {
	s := e.calm
	s.Only = faults
	return Run(s)
}

// Second lists what can go wrong after a first fault, in the history that it makes.
func (e Enumeration) Second(first Injected) []Injected {
	s := e.calm
	s.Only, s.record = []Injected{first}, true
	var later []Injected
	for _, o := range Run(s).offers {
		if o.point <= first.Point {
			continue
		}
		for _, f := range o.options {
			later = append(later, Injected{o.point, f, o.where})
		}
	}
	return later
}

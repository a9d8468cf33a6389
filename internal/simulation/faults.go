package simulation

import (
	"fmt"
	"slices"
	"time"
)

// Fault is something that goes wrong at a point.
type Fault string

// The faults.
const (
	None Fault = ""
	// Of a call of the core to the store, the broker or the pipeline service.
	FailBefore Fault = "fail before effect"
	FailAfter  Fault = "answer lost"
	KillBefore Fault = "kill before effect"
	KillAfter  Fault = "kill after effect"
	Pause      Fault = "long pause"    // the lock of the message is lost meanwhile
	Late       Fault = "effect later"  // no answer now, and yet it will be done
	Retried    Fault = "retried write" // the answer is lost on the wire; the adapter finds out that its write took effect
	Refuse     Fault = "refused"       // the pipeline service says that it will not, now
	// Of a request to a process.
	AnswerLost Fault = "response lost"
	// Of a message.
	Doubled  Fault = "message doubled"
	Delayed  Fault = "message delayed"
	Lost     Fault = "message lost"
	LockLost Fault = "lock lost"
	// Of a run.
	AgentDies   Fault = "agent dies"
	StepFails   Fault = "step fails"
	ThingsLeft  Fault = "things are left"
	SlowStep    Fault = "slow step"
	StoppedLate Fault = "cancel takes long"
	CanceledOut Fault = "canceled in Azure DevOps"
	// Of a minute.
	Outage   Fault = "Azure DevOps down"
	HookLies Fault = "forged hook"
	HookMore Fault = "hooks doubled"
	Blackout Fault = "every process killed"
	DeadNote Fault = "message dead-lettered"
)

// every lists the faults that each fault class has; a world of chance switches whole classes off.
var classes = [][]Fault{
	{FailBefore}, {FailAfter, Late, Retried}, {KillBefore, KillAfter}, {Pause, LockLost}, {Refuse}, {AnswerLost},
	{Doubled, Delayed}, {Lost}, {AgentDies, StepFails}, {ThingsLeft}, {SlowStep, StoppedLate}, {CanceledOut},
	{Outage}, {HookLies, HookMore}, {Blackout, DeadNote},
}

// Injected is a fault that happened.
type Injected struct {
	Point int
	Fault Fault
	Where string
}

func (i Injected) String() string { return fmt.Sprintf("point %d: %s (%s)", i.Point, i.Fault, i.Where) }

// schedule says what goes wrong where.
type schedule struct {
	seed   uint64
	rates  map[Fault]float64 // of chance; nil in a run with given faults
	given  map[int]Fault
	healed time.Time // from then on nothing goes wrong

	points int
	record bool
	offers []offer // what could have gone wrong where, if recorded
	hits   []Injected
}

// offer is a point with what may go wrong there.
type offer struct {
	point   int
	where   string
	options []Fault
}

// fault is a point: something may go wrong here. The number of the point alone decides what, together with the seed; so that
// leaving out one fault leaves the others where they are, as long as the history does not change before them.
func (w *world) fault(where string, options ...Fault) Fault {
	s := &w.schedule
	if !w.now.Before(s.healed) {
		return None
	}
	s.points++
	if s.record {
		s.offers = append(s.offers, offer{s.points, where, options})
	}
	found := None
	if s.rates == nil {
		if f := s.given[s.points]; slices.Contains(options, f) {
			found = f
		}
	} else if u := s.dice(1); true {
		for _, f := range options {
			if u -= s.rates[f]; u < 0 {
				found = f
				break
			}
		}
	}
	if found != None {
		s.hits = append(s.hits, Injected{s.points, found, where})
		w.note("fault: "+string(found), where)
	}
	return found
}

// dice is a number from 0 to 1 that belongs to the present point.
func (s *schedule) dice(salt uint64) float64 {
	x := s.seed*0x9E3779B97F4A7C15 + uint64(s.points)*0xBF58476D1CE4E5B9 + salt*0x94D049BB133111EB
	x ^= x >> 30
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 27
	x *= 0x94D049BB133111EB
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}

// length is how long a fault at the present point lasts.
func (s *schedule) length(least, most time.Duration) time.Duration {
	return least + time.Duration(s.dice(2)*float64(most-least))
}

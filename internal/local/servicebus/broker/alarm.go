package broker

import (
	"container/heap"
	"time"
)

// alarm is something to do at a time. The zero alarm is not set.
type alarm struct {
	at    time.Time
	ring  func(t *turn)
	index int // in alarms, plus one; 0 if not set
}

// alarms is a heap of the alarms that are set, earliest first.
type alarms []*alarm

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a alarms) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].index, a[j].index = i+1, j+1
}

// Push implements heap.Interface.
func (a *alarms) Push(v any) {
	*a = append(*a, v.(*alarm))
	v.(*alarm).index = len(*a)
}

// Pop implements heap.Interface.
func (a *alarms) Pop() any {
	last := len(*a) - 1
	v := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	v.index = 0
	return v
}

// set sets or moves an alarm.
func (a *alarms) set(x *alarm, at time.Time, ring func(t *turn)) {
	x.at, x.ring = at, ring
	if x.index > 0 {
		heap.Fix(a, x.index-1)
		return
	}
	heap.Push(a, x)
}

// stop takes an alarm back, if it is set.
func (a *alarms) stop(x *alarm) {
	if x.index > 0 {
		heap.Remove(a, x.index-1)
	}
}

// due takes out the earliest alarm if its time has come.
func (a *alarms) due(now time.Time) *alarm {
	if len(*a) == 0 || (*a)[0].at.After(now) {
		return nil
	}
	return heap.Pop(a).(*alarm)
}

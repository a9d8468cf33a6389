package platform

import (
	"maps"
	"slices"
	"sync"
)

const (
	// tidyAge is for how many calls of Tidy a message may wait to be taken along. The sweep waits longer (outboxGrace).
	tidyAge = 3
	// maxSentTogether bounds what one transaction takes out of the outbox.
	maxSentTogether = 100
	// maxTakenAlong bounds what a transaction takes out that has something else to store.
	maxTakenAlong = 25
	// maxRemembered bounds what is remembered.
	maxRemembered = 4096
)

// sentLog remembers what this process has sent and what is in the outbox still. The zero value is empty.
type sentLog struct {
	mu        sync.Mutex
	byProject map[string][]sentMessage
	ids       map[string]bool
}

type sentMessage struct {
	Message
	age int // in calls of takeOld
}

// add remembers messages; those that it has no room for are returned.
func (l *sentLog) add(sent []Message) (full []Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids == nil {
		l.byProject, l.ids = map[string][]sentMessage{}, map[string]bool{}
	}
	for _, m := range sent {
		if len(l.ids) >= maxRemembered {
			full = append(full, m)
			continue
		}
		if !l.ids[m.ID] {
			l.ids[m.ID] = true
			l.byProject[m.Project] = append(l.byProject[m.Project], sentMessage{Message: Message{ID: m.ID, Project: m.Project, Operation: m.Operation}})
		}
	}
	return full
}

// known are those of messages that are remembered.
func (l *sentLog) known(messages []Message) []Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return !l.ids[m.ID] })
}

// unknown are the others.
func (l *sentLog) unknown(messages []Message) []Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return l.ids[m.ID] })
}

// remove forgets messages.
func (l *sentLog) remove(messages []Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		if l.ids[m.ID] {
			delete(l.ids, m.ID)
			l.keep(m.Project, slices.DeleteFunc(l.byProject[m.Project], func(s sentMessage) bool { return s.ID == m.ID }))
		}
	}
}

func (l *sentLog) keep(project string, messages []sentMessage) {
	if len(messages) == 0 {
		delete(l.byProject, project)
	} else {
		l.byProject[project] = messages
	}
}

// take hands out some messages of a project, the oldest first, for a transaction to take out of the outbox: then remove forgets
// them; if it was not stored, back has them taken again.
func (l *sentLog) take(project string) (taken []Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.byProject[project]
	n := min(len(all), maxTakenAlong)
	for _, m := range all[:n] {
		taken = append(taken, m.Message)
	}
	l.keep(project, slices.Clone(all[n:]))
	return taken
}

func (l *sentLog) back(messages []Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		if l.ids[m.ID] {
			l.byProject[m.Project] = append(l.byProject[m.Project], sentMessage{Message: m})
		}
	}
}

// takeOld hands out, like take, what has waited for so many calls. The projects are in order.
func (l *sentLog) takeOld(age int) (old [][]Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, project := range slices.Sorted(maps.Keys(l.byProject)) {
		var left []sentMessage
		var taken []Message
		for _, m := range l.byProject[project] {
			if m.age++; m.age < age {
				left = append(left, m)
			} else {
				taken = append(taken, m.Message)
			}
		}
		l.keep(project, left)
		if len(taken) > 0 {
			old = append(old, taken)
		}
	}
	return old
}

// hintSet is what is to be tried again. The zero value is empty.
type hintSet struct {
	mu    sync.Mutex
	hints map[hint]bool
}

func (s *hintSet) add(h hint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hints == nil {
		s.hints = map[hint]bool{}
	}
	if len(s.hints) < maxRemembered {
		s.hints[h] = true
	}
}

func (s *hintSet) takeAll() (all []hint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for h := range s.hints {
		all = append(all, h)
	}
	clear(s.hints)
	return all
}

package broker

import (
	"container/heap"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// Kind is what an entity is.
type Kind int

// The kinds of entities. Every queue and subscription has a dead-letter queue besides.
const (
	Queue Kind = iota
	Topic
	Subscription
	DeadLetterQueue
)

const deadLetterSuffix = "/$deadletterqueue"

// Filter decides whether a subscription takes a message of its topic.
type Filter interface {
	Match(m amqp.Message) bool
}

// Entity describes a queue, topic or subscription. The zero value of an option means that it is off.
type Entity struct {
	// Name is the path in the spelling that clients are shown, for a subscription "topic/Subscriptions/name".
	Name string
	Kind Kind

	LockDuration        time.Duration
	MaxDeliveryCount    uint32
	TimeToLive          time.Duration // longest life of a message
	DeadLetterExpired   bool          // dead-letter what has expired, instead of dropping it
	RequiresSession     bool
	DuplicateWindow     time.Duration
	ForwardTo           string // path
	ForwardDeadLetterTo string // path

	Topic   string   // of a subscription: path
	Filters []Filter // of a subscription: at least one must match
}

// path is the spelling under which an entity is found.
func path(name string) string { return strings.ToLower(name) }

// entity is the state of an Entity. It belongs to the loop.
type entity struct {
	Entity
	path          string
	deadLetters   *entity   // of a queue or subscription
	subscriptions []*entity // of a topic

	lastSequence int64
	messages     map[int64]*message
	locks        map[amqp.UUID]*message
	ready        sequences // without sessions: what may be delivered
	sessions     map[string]*session
	history      history

	consumers []*Consumer // attached ones, in the order of their turns
	waiters   []*Consumer // that wait for the next session
}

func newEntity(spec Entity) *entity {
	return &entity{Entity: spec, path: path(spec.Name), messages: map[int64]*message{}, locks: map[amqp.UUID]*message{},
		sessions: map[string]*session{}, history: history{seen: map[string]int64{}}}
}

// message is the state of a message. Its fields down to raw are what the file holds.
type message struct {
	entity           *entity
	sequence         int64
	state            state
	count            uint32 // of deliveries that failed
	enqueued         amqp.Timestamp
	due              amqp.Timestamp // of a scheduled message
	expires          amqp.Timestamp // 0: never
	enqueuedSequence int64          // number in the entity to which it was first sent
	session          *string
	source           string // entity from which it was dead-lettered or forwarded
	hops             uint32 // entities that forwarded it

	raw   []byte // as it is stored; nil once it is on the disk
	token amqp.UUID
	until time.Time // when the lock ends; zero: not locked
	alarm alarm     // for the end of the lock, of the waiting time or of the life, whatever comes next
}

// state is a message's state as the annotation x-opt-message-state says it.
type state int32

const (
	active    state = 0
	deferred  state = 1
	scheduled state = 2
)

func (m *message) locked() bool { return !m.until.IsZero() }

// sequences is a heap of sequence numbers, lowest first. Numbers of messages that are gone are skipped when they come
// up.
type sequences []int64

func (s sequences) Len() int           { return len(s) }
func (s sequences) Less(i, j int) bool { return s[i] < s[j] }
func (s sequences) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

// Push implements heap.Interface.
func (s *sequences) Push(v any) { *s = append(*s, v.(int64)) }

// Pop implements heap.Interface.
func (s *sequences) Pop() any {
	last := len(*s) - 1
	v := (*s)[last]
	*s = (*s)[:last]
	return v
}

// first is the available message with the lowest number, or nil.
func (e *entity) first(s *sequences) *message {
	for s.Len() > 0 {
		if m := e.messages[(*s)[0]]; m != nil && m.state == active && !m.locked() {
			return m
		}
		heap.Pop(s)
	}
	return nil
}

// line is where m waits to be delivered: the entity's line or that of its session.
func (e *entity) line(m *message) *sequences {
	if e.RequiresSession {
		return &e.session(*m.session).ready
	}
	return &e.ready
}

// history remembers message ids for duplicate detection.
type history struct {
	seen  map[string]int64 // id → when, in milliseconds
	order []string         // oldest first
}

// expired takes the ids out that were seen before limit.
func (h *history) expired(limit int64) (ids []string) {
	for len(h.order) > 0 && h.seen[h.order[0]] < limit {
		ids = append(ids, h.order[0])
		delete(h.seen, h.order[0])
		h.order = h.order[1:]
	}
	return ids
}

package broker_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
)

// bench is a broker with the questions that tests ask. It runs in a bubble of package synctest, so that minutes pass
// in no time and every answer is there after synctest.Wait.
type bench struct {
	*testing.T
	*broker.Broker
}

// inBubble runs a test on a broker with these entities.
func inBubble(t *testing.T, entities []broker.Entity, f func(b *bench)) {
	file := filepath.Join(t.TempDir(), "servicebus.db")
	synctest.Test(t, func(t *testing.T) {
		b, err := broker.Open(broker.Options{File: file, Entities: entities, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := b.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		f(&bench{t, b})
	})
}

// send sends a message whose id is its name.
func (b *bench) send(entity, name string, change ...func(*amqp.Message)) {
	b.Helper()
	m := amqp.Message{Properties: amqp.Fields(nil).With(amqp.PropMessageID, name), Body: amqp.ValueBody(nil)}
	for _, c := range change {
		c(&m)
	}
	b.Send(entity, [][]byte{m.Append(nil)}, b.good("send"))
	synctest.Wait()
}

func session(id string) func(*amqp.Message) {
	return func(m *amqp.Message) { m.Properties = m.Properties.With(amqp.PropGroupID, id) }
}

func (b *bench) good(what string) func(*amqp.Error) {
	return func(err *amqp.Error) {
		if err != nil {
			b.Errorf("%s: %v", what, err)
		}
	}
}

func (b *bench) settle(entity string, d delivery, a broker.Action) (failed *amqp.Error) {
	b.Settle(entity, broker.Settlement{Token: d.token, Action: a}, func(err *amqp.Error) { failed = err })
	synctest.Wait()
	return failed
}

// delivery is what a consumer saw.
type delivery struct {
	token amqp.UUID
	name  string
	count uint32
}

// consumer notes what it gets.
type consumer struct {
	*broker.Consumer
	mu     sync.Mutex
	all    []delivery
	reason *amqp.Error
}

// got is what has come so far.
func (c *consumer) got() []delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// lost is why the consumer was refused or detached, nil if it was not.
func (c *consumer) lost() *amqp.Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}

func (c *consumer) lose(err *amqp.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reason = err
}

// attach attaches a consumer with credit for n messages. Wish nil is an entity without sessions.
func (b *bench) attach(entity string, n uint32, wish func(*broker.ConsumerOptions)) *consumer {
	b.Helper()
	c := &consumer{}
	o := broker.ConsumerOptions{
		Attached: func(_ broker.Grant, err *amqp.Error) { c.lose(err) },
		Lost:     c.lose,
		Drained:  func(uint32) {},
		Deliver: func(d broker.Delivery) {
			m, err := amqp.ParseMessage(d.Message)
			if err != nil {
				b.Error(err)
			}
			count, _ := m.Header.Get(amqp.HeaderDeliveryCount).(uint32)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.all = append(c.all, delivery{d.Token, m.Properties.Text(amqp.PropMessageID), count})
		},
	}
	if wish != nil {
		wish(&o)
	}
	c.Consumer = b.Attach(entity, o)
	c.Limit(n, false)
	synctest.Wait()
	return c
}

func nextSession(o *broker.ConsumerOptions) { o.Sessions, o.Wait = true, time.Minute }

func (c *consumer) names() (all []string) {
	for _, d := range c.got() {
		all = append(all, d.name)
	}
	return all
}

func (b *bench) wantNames(what string, got []string, want ...string) {
	b.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("%s: %s", what, diff)
	}
}

func queue(name string) broker.Entity {
	return broker.Entity{Name: name, LockDuration: time.Minute, MaxDeliveryCount: 3}
}

func TestLock_runsOutUntilTheLimit(t *testing.T) {
	inBubble(t, []broker.Entity{queue("q")}, func(b *bench) {
		b.send("q", "a")
		c := b.attach("q", 10, nil)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		var counts []uint32
		for _, d := range c.got() {
			counts = append(counts, d.count)
		}
		if !slices.Equal(counts, []uint32{0, 1, 2}) {
			t.Errorf("delivered with counts %v", counts)
		}
		if err := b.settle("q", c.got()[2], broker.Complete); err == nil {
			t.Error("a message was completed after its lock")
		}
		dead := b.attach("q/$deadletterqueue", 1, nil)
		if len(dead.got()) != 1 || dead.got()[0].count != 3 {
			t.Errorf("dead letters %+v", dead.got())
		}
	})
}

func TestOrder_comesBackToItsPlace(t *testing.T) {
	inBubble(t, []broker.Entity{queue("q")}, func(b *bench) {
		for _, name := range []string{"a", "b", "c"} {
			b.send("q", name)
		}
		c := b.attach("q", 2, nil)
		for _, d := range c.got() {
			if err := b.settle("q", d, broker.Release); err != nil {
				t.Error(err)
			}
		}
		b.wantNames("after the release", b.attach("q", 3, nil).names(), "a", "b", "c")
	})
}

func TestConsumers_shareInTurns(t *testing.T) {
	inBubble(t, []broker.Entity{queue("q")}, func(b *bench) {
		x, y := b.attach("q", 10, nil), b.attach("q", 10, nil)
		for _, name := range []string{"a", "b", "c", "d"} {
			b.send("q", name)
		}
		b.wantNames("one", x.names(), "a", "c")
		b.wantNames("the other", y.names(), "b", "d")
	})
}

func TestSession_lockRunsOutForAllThatIsHeld(t *testing.T) {
	sessions := queue("q")
	sessions.RequiresSession = true
	inBubble(t, []broker.Entity{sessions}, func(b *bench) {
		b.send("q", "a", session("s"))
		b.send("q", "b", session("s"))
		b.send("q", "c", session("s"))
		c := b.attach("q", 2, nextSession)
		time.Sleep(40 * time.Second)
		b.RenewSession("q", "s", func(_ time.Time, err *amqp.Error) { b.good("renew")(err) })
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if c.lost() != nil {
			t.Fatalf("lost in spite of the renewal: %v", c.lost())
		}
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if c.lost() == nil || c.lost().Condition != "com.microsoft:session-lock-lost" {
			t.Errorf("the owner was told %v", c.lost())
		}
		again := b.attach("q", 3, nextSession)
		b.wantNames("the next owner", again.names(), "a", "b", "c")
		if again.got()[0].count != 1 || again.got()[2].count != 0 {
			t.Errorf("counts %+v", again.got())
		}
	})
}

func TestSession_waitEnds(t *testing.T) {
	sessions := queue("q")
	sessions.RequiresSession = true
	inBubble(t, []broker.Entity{sessions}, func(b *bench) {
		c := b.attach("q", 1, nextSession)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if c.lost() == nil || c.lost().Condition != "com.microsoft:timeout" {
			t.Errorf("told %v", c.lost())
		}
		b.send("q", "a", session("s"))
		b.wantNames("who came later", b.attach("q", 1, nextSession).names(), "a")
	})
}

func TestDuplicates_windowPasses(t *testing.T) {
	once := queue("q")
	once.DuplicateWindow = 10 * time.Minute
	inBubble(t, []broker.Entity{once}, func(b *bench) {
		c := b.attach("q", 10, nil)
		for range 3 {
			b.send("q", "a")
			time.Sleep(6 * time.Minute)
		}
		synctest.Wait()
		var first []string
		for _, d := range c.got() {
			if d.count == 0 {
				first = append(first, d.name)
			}
		}
		b.wantNames("deliveries", first, "a", "a") // at 0 and 12 minutes, not at 6
	})
}

func TestExpiry_notWhileLockedNorInTheDeadLetterQueue(t *testing.T) {
	brief := queue("q")
	brief.TimeToLive, brief.DeadLetterExpired, brief.LockDuration = time.Minute, true, 5*time.Minute
	inBubble(t, []broker.Entity{brief}, func(b *bench) {
		b.send("q", "locked")
		c := b.attach("q", 1, nil)
		b.send("q", "expires")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if err := b.settle("q", c.got()[0], broker.Complete); err != nil {
			t.Errorf("a locked message is gone: %v", err)
		}
		time.Sleep(24 * time.Hour)
		b.wantNames("dead letters", b.attach("q/$deadletterqueue", 5, nil).names(), "expires")
	})
}

func TestForward_endsAfterFourHops(t *testing.T) {
	a, z := queue("a"), queue("z")
	a.ForwardTo, z.ForwardTo = "z", "a"
	inBubble(t, []broker.Entity{a, z}, func(b *bench) {
		b.send("a", "m")
		b.wantNames("dead letters", b.attach("a/$deadletterqueue", 1, nil).names(), "m")
	})
}

func TestBatch_allOrNone(t *testing.T) {
	sessions := queue("q")
	sessions.RequiresSession = true
	inBubble(t, []broker.Entity{sessions}, func(b *bench) {
		good := amqp.Message{Properties: amqp.Fields(nil).With(amqp.PropGroupID, "s")}
		var failed *amqp.Error
		b.Send("q", [][]byte{good.Append(nil), amqp.Message{}.Append(nil)}, func(err *amqp.Error) { failed = err })
		synctest.Wait()
		if failed == nil {
			t.Error("a batch with a message that lacks its session was taken")
		}
		b.Peek("q", 0, 10, 1000, nil, func(ms [][]byte, err *amqp.Error) {
			if len(ms) != 0 || err != nil {
				t.Errorf("the queue holds %d messages (%v)", len(ms), err)
			}
		})
		synctest.Wait()
	})
}

func TestOpen_oneProcessAtATime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "servicebus.db")
	o := broker.Options{File: file, Entities: []broker.Entity{queue("q")}, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	b, err := broker.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broker.Open(o); err == nil {
		t.Error("the file was opened twice")
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

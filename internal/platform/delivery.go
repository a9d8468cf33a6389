package platform

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"
	"time"
)

// DeliveryStatus says what became of an event for one receiver.
type DeliveryStatus string

// The statuses of a delivery.
const (
	DeliveryPending   DeliveryStatus = "pending"
	DeliveryDelivered DeliveryStatus = "delivered"
	DeliveryFailed    DeliveryStatus = "failed" // given up; it can be asked for again
)

// Delivery is one event for one subscription.
type Delivery struct {
	Project, Subscription string
	ID                    string // follows from the event: the same event twice is one delivery
	Event                 string // its id
	Type                  string
	Subject               string
	At                    time.Time // of the event
	Body                  []byte    // what is sent; absent in lists
	Status                DeliveryStatus
	Attempt               int // how often it was sent
	Since                 time.Time
	TriedAt               time.Time
	NextAt                time.Time // of the next attempt, while it is pending
	Answer                int       // status of the last answer; 0 when there was none
	Problem               string    // why the last attempt was none
	Stored                Stored
}

const (
	firstDelay   = 5 * time.Second
	longestDelay = time.Hour
	requeueDelay = 10 * time.Minute
	deliverFor   = 24 * time.Hour // after that an event is given up
)

// deliveryDelay doubles from five seconds to an hour.
func deliveryDelay(attempt int) time.Duration {
	return min(longestDelay, firstDelay<<min(max(attempt-1, 0), 10))
}

// spread puts deliveries that wait for the same receiver apart: up to a tenth later, the same for the same delivery.
func spread(id string, delay time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return delay + delay/1000*time.Duration(h.Sum32()%100)
}

// taken is the delivery after an answer of success.
func (d Delivery) taken(answer int, now time.Time) Delivery {
	d.Attempt, d.TriedAt, d.Answer = d.Attempt+1, now, answer
	d.Status, d.Problem, d.NextAt = DeliveryDelivered, "", time.Time{}
	return d
}

// refused is the delivery after an attempt that was not taken.
func (d Delivery) refused(answer int, problem string, now time.Time) Delivery {
	d.Attempt, d.TriedAt, d.Answer, d.Problem = d.Attempt+1, now, answer, problem
	return d.waits(now.Add(spread(d.ID, deliveryDelay(d.Attempt))))
}

// waits is the delivery until its next attempt, or given up when that would be too late.
func (d Delivery) waits(until time.Time) Delivery {
	if until.Sub(d.Since) > deliverFor {
		return d.givenUp(d.Problem)
	}
	d.NextAt = until
	return d
}

func (d Delivery) givenUp(why string) Delivery {
	if why == "" {
		why = "the receiver took nothing for too long"
	}
	d.Status, d.Problem, d.NextAt = DeliveryFailed, why, time.Time{}
	return d
}

// message asks for the next attempt. Its id is that of the attempt, so that it is asked for once; a digest, since names are longer
// than what an id may be.
func (d Delivery) message() Message {
	return Message{
		ID: digestOf(fmt.Appendf(nil, "%s|%s|%s|%d|%d", d.Project, d.Subscription, d.ID, d.Attempt, d.NextAt.UnixMilli())), Project: d.Project,
		Destination: DeliveriesQueue, Session: d.Project + "/" + d.Subscription, NotBefore: d.NextAt, Delivery: &DeliveryRef{d.Subscription, d.ID},
	}
}

// DeliveryRef names a delivery in a message.
type DeliveryRef struct{ Subscription, ID string }

// CloudEvent is an event as it came from the topic.
type CloudEvent struct {
	Attributes map[string]string // by name, without the binding's prefix
	Data       json.RawMessage
}

func (e CloudEvent) kind() string {
	kind, ok := strings.CutPrefix(e.Attributes["type"], "io.lazuli.")
	if at := strings.LastIndexByte(kind, '.'); ok && at > 0 {
		return kind[:at]
	}
	return ""
}

// place is what the event is about: a project, or an environment in it.
func (e CloudEvent) place() (project, environment string) {
	parts := strings.Split(e.Attributes["subject"], "/")
	if len(parts) >= 2 && parts[0] == "projects" {
		project = parts[1]
	}
	if len(parts) >= 4 && parts[2] == "environments" {
		environment = parts[3]
	}
	return project, environment
}

var eventIDPattern = regexp.MustCompile(`^[0-9A-Za-z.-]{1,80}$`)

// delivery makes the record of an event for a subscription, in the structured mode of CloudEvents' JSON.
func (e CloudEvent) delivery(sub Subscription, now time.Time) (Delivery, error) {
	id := e.Attributes["id"]
	at, err := time.Parse(time.RFC3339Nano, e.Attributes["time"])
	if err != nil || at.UnixMilli() < 0 || !eventIDPattern.MatchString(id) {
		return Delivery{}, fmt.Errorf("event %q of %q is none of ours", clip(id, 80), clip(e.Attributes["time"], 40))
	}
	whole := map[string]any{"datacontenttype": "application/json", "data": e.Data}
	for name, value := range e.Attributes {
		whole[name] = value
	}
	body, err := json.Marshal(whole)
	if err != nil {
		return Delivery{}, fmt.Errorf("encode event %s: %w", id, err)
	}
	return Delivery{Project: sub.Project, Subscription: sub.Name, ID: deliveryID(at, id), Event: id, Type: e.Attributes["type"], Subject: e.Attributes["subject"],
		At: at, Body: body, Status: DeliveryPending, Since: now, NextAt: now}, nil
}

// deliveryID sorts by time.
func deliveryID(at time.Time, event string) string {
	return fmt.Sprintf("%013d-%s", at.UnixMilli(), event)
}

var deliveryIDPattern = regexp.MustCompile(`^[0-9]{13}-[0-9A-Za-z.-]{1,80}$`)

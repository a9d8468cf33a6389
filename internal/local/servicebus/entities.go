package servicebus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
)

// Entities are the queues, topics and subscriptions of a namespace.
type Entities struct{ list []broker.Entity }

// The shape of the official emulator's configuration file.
type (
	document struct {
		UserConfig struct {
			Namespaces []namespace
			Logging    json.RawMessage // taken and ignored: logging is the server's own
		}
	}
	namespace struct {
		Name   string
		Queues []queue
		Topics []topic
	}
	queue struct {
		Name       string
		Properties properties
	}
	topic struct {
		Name          string
		Properties    topicProperties
		Subscriptions []subscription
	}
	subscription struct {
		Name       string
		Properties subscriptionProperties
		Rules      []rule
	}
	topicProperties struct {
		DefaultMessageTimeToLive            duration
		DuplicateDetectionHistoryTimeWindow duration
		RequiresDuplicateDetection          bool
	}
	subscriptionProperties struct {
		DeadLetteringOnMessageExpiration bool
		DefaultMessageTimeToLive         duration
		ForwardDeadLetteredMessagesTo    string
		ForwardTo                        string
		LockDuration                     duration
		MaxDeliveryCount                 *uint32
		RequiresSession                  bool
	}
	properties struct {
		subscriptionProperties
		DuplicateDetectionHistoryTimeWindow duration
		RequiresDuplicateDetection          bool
	}
)

// Limits of the service, and its defaults.
const (
	defaultLock       = time.Minute
	maxLock           = 5 * time.Minute
	defaultDeliveries = 10
	maxDeliveries     = 2000
	defaultWindow     = 10 * time.Minute
	minWindow         = 20 * time.Second
	maxWindow         = 7 * 24 * time.Hour
	maxNameLength     = 260
)

var validName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9_])?$`)

// ParseEntities reads a configuration in the official emulator's format with one namespace. Whatever this server does
// not know or cannot do, such as rule actions, is refused; the error says where.
func ParseEntities(config []byte) (Entities, error) {
	var d document
	decoder := json.NewDecoder(bytes.NewReader(config))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return Entities{}, fmt.Errorf("read service bus entities: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Entities{}, errors.New("read service bus entities: something follows the document")
	}
	if n := len(d.UserConfig.Namespaces); n != 1 {
		return Entities{}, fmt.Errorf("read service bus entities: there are %d namespaces where one is needed", n)
	}
	es, err := d.UserConfig.Namespaces[0].entities()
	if err != nil {
		return Entities{}, fmt.Errorf("read service bus entities: %w", err)
	}
	return es, nil
}

func (n namespace) entities() (Entities, error) {
	var es Entities
	for _, q := range n.Queues {
		e, err := q.entity()
		if err != nil {
			return es, fmt.Errorf("queue %q: %w", q.Name, err)
		}
		es.list = append(es.list, e)
	}
	for _, t := range n.Topics {
		list, err := t.entities()
		if err != nil {
			return es, fmt.Errorf("topic %q: %w", t.Name, err)
		}
		es.list = append(es.list, list...)
	}
	return es, es.check()
}

func (q queue) entity() (broker.Entity, error) {
	e, err := q.Properties.entity(q.Name, broker.Queue)
	if err == nil {
		e.DuplicateWindow, err = window(q.Properties.RequiresDuplicateDetection, q.Properties.DuplicateDetectionHistoryTimeWindow)
	}
	return e, err
}

func (t topic) entities() ([]broker.Entity, error) {
	if !validName.MatchString(t.Name) || len(t.Name) > maxNameLength {
		return nil, fmt.Errorf("%q is not a valid name", t.Name)
	}
	w, err := window(t.Properties.RequiresDuplicateDetection, t.Properties.DuplicateDetectionHistoryTimeWindow)
	if err != nil {
		return nil, err
	}
	ttl := time.Duration(t.Properties.DefaultMessageTimeToLive)
	list := []broker.Entity{{Name: t.Name, Kind: broker.Topic, TimeToLive: ttl, DuplicateWindow: w}}
	for _, s := range t.Subscriptions {
		e, err := s.Properties.entity(t.Name+"/Subscriptions/"+s.Name, broker.Subscription)
		if err == nil {
			e.Filters, err = filters(s.Rules)
		}
		if err != nil {
			return nil, fmt.Errorf("subscription %q: %w", s.Name, err)
		}
		if e.TimeToLive == 0 || ttl > 0 && ttl < e.TimeToLive { // a topic's limit holds for its subscriptions
			e.TimeToLive = ttl
		}
		e.Topic = t.Name
		list = append(list, e)
	}
	return list, nil
}

func (p subscriptionProperties) entity(name string, kind broker.Kind) (broker.Entity, error) {
	e := broker.Entity{Name: name, Kind: kind, LockDuration: time.Duration(p.LockDuration), MaxDeliveryCount: defaultDeliveries,
		TimeToLive: time.Duration(p.DefaultMessageTimeToLive), DeadLetterExpired: p.DeadLetteringOnMessageExpiration,
		RequiresSession: p.RequiresSession, ForwardTo: p.ForwardTo, ForwardDeadLetterTo: p.ForwardDeadLetteredMessagesTo}
	if e.LockDuration == 0 {
		e.LockDuration = defaultLock
	}
	if p.MaxDeliveryCount != nil {
		e.MaxDeliveryCount = *p.MaxDeliveryCount
	}
	switch {
	case !validName.MatchString(name) || len(name) > maxNameLength:
		return e, fmt.Errorf("%q is not a valid name", name)
	case e.LockDuration < 0 || e.LockDuration > maxLock:
		return e, fmt.Errorf("LockDuration %v is not between 0 and %v", e.LockDuration, maxLock)
	case e.MaxDeliveryCount < 1 || e.MaxDeliveryCount > maxDeliveries:
		return e, fmt.Errorf("MaxDeliveryCount %d is not between 1 and %d", e.MaxDeliveryCount, maxDeliveries)
	}
	return e, nil
}

func window(required bool, d duration) (time.Duration, error) {
	w := time.Duration(d)
	switch {
	case !required:
		return 0, nil
	case w == 0:
		return defaultWindow, nil
	case w < minWindow || w > maxWindow:
		return 0, fmt.Errorf("DuplicateDetectionHistoryTimeWindow %v is not between %v and %v", w, minWindow, maxWindow)
	}
	return w, nil
}

// check looks at what concerns more than one entity.
func (es Entities) check() error {
	kinds := map[string]broker.Kind{}
	for _, e := range es.list {
		name := strings.ToLower(e.Name)
		if _, twice := kinds[name]; twice {
			return fmt.Errorf("%q is there twice", e.Name)
		}
		kinds[name] = e.Kind
	}
	for _, e := range es.list {
		for _, target := range []string{e.ForwardTo, e.ForwardDeadLetterTo} {
			kind, ok := kinds[strings.ToLower(target)]
			switch {
			case target == "":
			case !ok || kind == broker.Subscription:
				return fmt.Errorf("%q forwards to %q, which is not a queue or topic of this namespace", e.Name, target)
			case strings.EqualFold(target, e.Name):
				return fmt.Errorf("%q forwards to itself", e.Name)
			}
		}
	}
	return nil
}

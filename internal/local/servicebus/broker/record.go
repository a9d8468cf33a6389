package broker

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// A record is an AMQP list, so that the codec of the messages serves for it too. Its fields, by position; only
// appended to, never moved:
const (
	recordState = iota
	recordCount
	recordEnqueued
	recordDue
	recordExpires
	recordEnqueuedSequence
	recordSession
	recordSource
	recordHops
	recordRaw
	recordFields
)

var errRecord = errors.New("stored message is damaged")

func (m *message) record() []byte {
	var session any
	if m.session != nil {
		session = *m.session
	}
	return amqp.Append(make([]byte, 0, len(m.raw)+64), amqp.List{
		recordState: int32(m.state), recordCount: m.count, recordEnqueued: m.enqueued, recordDue: m.due,
		recordExpires: m.expires, recordEnqueuedSequence: m.enqueuedSequence, recordSession: session,
		recordSource: m.source, recordHops: m.hops, recordRaw: m.raw,
	})
}

// readRecord reads what record has written. m.raw aliases b.
func readRecord(b []byte) (*message, error) {
	v, _, err := amqp.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRecord, err)
	}
	list, ok := v.(amqp.List)
	if !ok || len(list) < recordFields {
		return nil, errRecord
	}
	m, good := &message{}, true
	read(&good, list[recordState], (*int32)(&m.state))
	read(&good, list[recordCount], &m.count)
	read(&good, list[recordEnqueued], &m.enqueued)
	read(&good, list[recordDue], &m.due)
	read(&good, list[recordExpires], &m.expires)
	read(&good, list[recordEnqueuedSequence], &m.enqueuedSequence)
	read(&good, list[recordSource], &m.source)
	read(&good, list[recordHops], &m.hops)
	read(&good, list[recordRaw], &m.raw)
	if list[recordSession] != nil {
		m.session = new(string)
		read(&good, list[recordSession], m.session)
	}
	if !good {
		return nil, errRecord
	}
	return m, nil
}

// read sets *to to v and clears good if v is of another type.
func read[T any](good *bool, v any, to *T) {
	value, ok := v.(T)
	*to, *good = value, *good && ok
}

func sequenceKey(sequence int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(sequence)) }

package amqp

import (
	"encoding/hex"
	"fmt"
	"time"
)

// Symbol is an ASCII string from a constrained domain, such as an error condition or the key of an annotation.
type Symbol string

// UUID is an RFC 4122 identifier in network order.
type UUID [16]byte

// Timestamp is milliseconds since 1970-01-01T00:00:00Z.
type Timestamp int64

// Char is one UTF-32 code point.
type Char uint32

// Decimal is an IEEE 754 decimal carried as its 4, 8 or 16 bytes; nothing here calculates with it.
type Decimal string

// List is an ordered sequence of values of any types.
type List []any

// Pair is one entry of a Map.
type Pair struct{ Key, Value any }

// Map keeps its entries in the order in which they were sent.
type Map []Pair

// Array is a sequence whose items share the one-byte constructor Code. Arrays of described, compound or zero-width
// items, which nothing in Service Bus uses, are carried along unread and have no Items.
type Array struct {
	Code  byte
	Items []any
	raw   []byte // everything after the count, if the array is carried along
	count uint32 // of raw
}

// Described is a value with a descriptor that says what it means.
type Described struct{ Descriptor, Value any }

// TimestampOf cuts t to milliseconds.
func TimestampOf(t time.Time) Timestamp { return Timestamp(t.UnixMilli()) }

// Time is t in UTC.
func (t Timestamp) Time() time.Time { return time.UnixMilli(int64(t)).UTC() }

// String is the usual form in groups of hexadecimal digits.
func (u UUID) String() string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// GUID is u in the byte order of a .NET GUID, which Service Bus uses for delivery tags: the first three groups
// reversed, the rest as it is. It is its own inverse.
func (u UUID) GUID() UUID {
	u[0], u[1], u[2], u[3] = u[3], u[2], u[1], u[0]
	u[4], u[5] = u[5], u[4]
	u[6], u[7] = u[7], u[6]
	return u
}

// Get returns the value of the first entry whose key is the string or symbol key, and nil if there is none.
func (m Map) Get(key string) any {
	for _, p := range m {
		if text(p.Key) == key {
			return p.Value
		}
	}
	return nil
}

// Set returns m with the value of key (a string or Symbol) replaced or appended.
func (m Map) Set(key, value any) Map {
	for i, p := range m {
		if text(p.Key) == text(key) {
			m[i].Value = value
			return m
		}
	}
	return append(m, Pair{key, value})
}

// text is the text of a string or symbol. Map keys of other types have none and are never looked up.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Symbol:
		return string(v)
	}
	return ""
}

// Error is an AMQP error: what a peer gets as the reason of a detach, of a close or of a rejected message.
type Error struct {
	Condition   Symbol
	Description string
	Info        Map
}

// Errorf makes an Error with a formatted description.
func Errorf(condition Symbol, format string, args ...any) *Error {
	return &Error{Condition: condition, Description: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return string(e.Condition) + ": " + e.Description }

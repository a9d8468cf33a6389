package filter

import (
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// True takes every message.
type True struct{}

// Match implements broker.Filter.
func (True) Match(amqp.Message) bool { return true }

// Correlation takes messages whose properties equal all those given. Strings are compared exactly, with their case.
type Correlation struct {
	System      map[int]string // by position in the properties section, such as amqp.PropSubject
	Application map[string]any // string, bool, int64 or float64
}

// Match implements broker.Filter.
func (c Correlation) Match(m amqp.Message) bool {
	for i, want := range c.System {
		if scalar(m.Properties.Get(i)) != want {
			return false
		}
	}
	for name, want := range c.Application {
		got := scalar(m.ApplicationProperties.Get(name))
		if equal, known := compare(got, want); !known || equal != 0 {
			return false
		}
	}
	return true
}

// scalar brings an AMQP value to one of the types that filters compare: nil, string, bool, int64, float64. Other
// types come back as a text that no filter can name.
func scalar(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int64, float64:
		return v
	case amqp.Symbol:
		return string(v)
	case amqp.UUID:
		return v.String()
	case amqp.Timestamp:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		if v > 1<<63-1 {
			return float64(v)
		}
		return int64(v)
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case float32:
		return float64(v)
	}
	return fmt.Sprintf("%T", v)
}

// compare orders two scalars: below, at or above 0. Values of types that do not compare, and null, are unknown.
func compare(a, b any) (order int, known bool) {
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return cmpOrdered(x, y), ok
	case bool:
		y, ok := b.(bool)
		if x == y {
			return 0, ok
		}
		return 1, ok // of booleans only equality is asked
	case int64:
		switch y := b.(type) {
		case int64:
			return cmpOrdered(x, y), true
		case float64:
			return cmpOrdered(float64(x), y), true
		}
	case float64:
		switch y := b.(type) {
		case int64:
			return cmpOrdered(x, float64(y)), true
		case float64:
			return cmpOrdered(x, y), true
		}
	}
	return 0, false
}

func cmpOrdered[T string | int64 | float64](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

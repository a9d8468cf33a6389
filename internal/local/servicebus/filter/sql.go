package filter

import (
	"fmt"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// SQL takes messages for which an expression in the service's subset of SQL-92 is true:
//
//	predicate = [NOT] predicate [AND | OR predicate] | ( predicate )
//	          | value (= | <> | != | > | >= | < | <=) value
//	          | value IS [NOT] NULL | EXISTS ( property )
//	          | value [NOT] IN ( value, … ) | value [NOT] LIKE pattern [ESCAPE 'c']
//	value     = 'text' | number | TRUE | FALSE | [sys. | user.] property
//
// Arithmetic, parameters and functions of the service's language are not supported.
//
// A comparison with a missing property, or of types that do not compare, is unknown; AND, OR and NOT treat unknown as
// SQL does, and only true passes.
type SQL struct{ predicate predicate }

// Match implements broker.Filter.
func (s SQL) Match(m amqp.Message) bool { return s.predicate(m) == yes }

// truth is the logic of SQL, ordered so that AND is the lesser and OR the greater of two.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

type (
	predicate func(m amqp.Message) truth
	operand   func(m amqp.Message) any // a scalar; nil is null
)

func not(p predicate) predicate { return func(m amqp.Message) truth { return yes - p(m) } }

func and(p, q predicate) predicate {
	return func(m amqp.Message) truth { return min(p(m), q(m)) }
}

func or(p, q predicate) predicate {
	return func(m amqp.Message) truth { return max(p(m), q(m)) }
}

func comparison(operator string, x, y operand) predicate {
	return func(m amqp.Message) truth {
		a, b := x(m), y(m)
		order, known := compare(a, b)
		if _, isBool := a.(bool); !known || isBool && operator != "=" && operator != "<>" && operator != "!=" {
			return unknown
		}
		switch operator {
		case "=":
			return truthOf(order == 0)
		case "<>", "!=":
			return truthOf(order != 0)
		case "<":
			return truthOf(order < 0)
		case "<=":
			return truthOf(order <= 0)
		case ">":
			return truthOf(order > 0)
		}
		return truthOf(order >= 0)
	}
}

func in(x operand, list []operand) predicate {
	any := func(amqp.Message) truth { return no }
	for _, y := range list {
		any = or(any, comparison("=", x, y))
	}
	return any
}

func isNull(x operand) predicate {
	return func(m amqp.Message) truth { return truthOf(x(m) == nil) }
}

func like(x, pattern operand, escape rune) predicate {
	return func(m amqp.Message) truth {
		text, ok1 := x(m).(string)
		form, ok2 := pattern(m).(string)
		if !ok1 || !ok2 {
			return unknown
		}
		return truthOf(matches([]rune(text), []rune(form), escape))
	}
}

// matches reports whether text has the form: % is any run of characters and _ is one. Only the last % is ever tried
// again, which keeps the work within len(text) × len(form).
func matches(text, form []rune, escape rune) bool {
	t, f := 0, 0
	back, from := -1, 0 // where the form goes on after the last %, and up to where the text was given to it
	for t < len(text) {
		escaped := f+1 < len(form) && escape != 0 && form[f] == escape
		switch {
		case f < len(form) && !escaped && form[f] == '%':
			f++
			back, from = f, t
		case escaped && form[f+1] == text[t]:
			t, f = t+1, f+2
		case f < len(form) && !escaped && (form[f] == '_' || form[f] == text[t]):
			t, f = t+1, f+1
		case back >= 0:
			from++
			t, f = from, back
		default:
			return false
		}
	}
	for f < len(form) && form[f] == '%' {
		f++
	}
	return f == len(form)
}

// systemProperties by their lower-case name after "sys.".
var systemProperties = map[string]int{
	"label": amqp.PropSubject, "subject": amqp.PropSubject, "messageid": amqp.PropMessageID, "to": amqp.PropTo,
	"correlationid": amqp.PropCorrelationID, "replyto": amqp.PropReplyTo, "sessionid": amqp.PropGroupID,
	"replytosessionid": amqp.PropReplyToGroupID, "contenttype": amqp.PropContentType,
}

// property is the value of a property. Names are compared without regard to case.
func property(scope, name string) (operand, error) {
	switch strings.ToLower(scope) {
	case "", "user":
		return func(m amqp.Message) any {
			for _, p := range m.ApplicationProperties {
				if key, ok := p.Key.(string); ok && strings.EqualFold(key, name) {
					return scalar(p.Value)
				}
			}
			return nil
		}, nil
	case "sys":
		i, ok := systemProperties[strings.ToLower(name)]
		if !ok {
			return nil, fmt.Errorf("system property %q is not supported", name)
		}
		return func(m amqp.Message) any { return scalar(m.Properties.Get(i)) }, nil
	}
	return nil, fmt.Errorf("scope %q is not sys or user", scope)
}

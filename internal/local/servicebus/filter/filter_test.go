package filter_test

import (
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/filter"
)

var message = amqp.Message{
	Properties: amqp.Fields(nil).With(amqp.PropSubject, "red").With(amqp.PropMessageID, "m1").With(amqp.PropGroupID, "s"),
	ApplicationProperties: amqp.Map{{Key: "cloudEvents_type", Value: "io.lazuli.environment.ready.v1"}, {Key: "n", Value: int32(3)},
		{Key: "f", Value: 2.5}, {Key: "b", Value: true}, {Key: "no", Value: false}, {Key: "s", Value: "it's 100%"}, {Key: "null", Value: nil}, {Key: "u", Value: uint64(7)}},
}

func TestSQL(t *testing.T) {
	for expression, want := range map[string]bool{
		"1=1": true, "1=0": false, "TRUE": true, "FALSE": false, "b": true, "no": false, "NOT no": true,
		"cloudEvents_type LIKE 'io.lazuli.environment.%'":                                   true,
		"cloudEvents_type LIKE 'io.lazuli.project.%'":                                       false,
		"cloudEvents_type LIKE '%.ready.__'":                                                true,
		"cloudEvents_type NOT LIKE '%.v1'":                                                  false,
		"CLOUDEVENTS_TYPE LIKE 'io.%' AND sys.Label = 'red'":                                true,
		"sys.label = 'RED'":                                                                 false,
		"sys.MessageId IN ('m0', 'm1')":                                                     true,
		"sys.MessageId NOT IN ('m0', 'm1')":                                                 false,
		"sys.To IS NULL AND sys.SessionId IS NOT NULL":                                      true,
		"n = 3 AND n = 3.0 AND n <> 4 AND n != 4 AND n > 2 AND n >= 3 AND n < 4 AND n <= 3": true,
		"f > n": false, "f = 25e-1": true, "u = 7": true, "n > -1": true,
		"n = '3'": false, "n <> '3'": false, // types that do not compare are unknown
		"missing = 1": false, "missing <> 1": false, "NOT missing = 1": false, "missing IS NULL": true, "[null] IS NULL": true,
		"missing = 1 OR n = 3": true, "NOT (missing = 1 AND n = 4)": true,
		"EXISTS(n)": true, "EXISTS(missing)": false, "NOT EXISTS(user.missing)": true,
		"n = 1 OR n = 3 AND b": true, "(n = 1 OR n = 3) AND no": false,
		"s = 'it''s 100%'": true, `s LIKE '%100\%' ESCAPE '\'`: true, `s LIKE '%1\%' ESCAPE '\'`: false,
		`"n" = 3 AND [n] = 3 AND user.n = 3`: true,
	} {
		f, err := filter.ParseSQL(expression)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := f.Match(message); got != want {
			t.Errorf("%s is %v", expression, got)
		}
	}
}

func TestParseSQL_refuses(t *testing.T) {
	for expression, want := range map[string]string{
		"":                     "the end",
		"n =":                  "the end",
		"n = 1 2":              `"2"`,
		"(n = 1":               `")"`,
		"n NOT 1":              "IN or LIKE",
		"n + 1 = 2":            `"+"`,
		"newid() = 1":          "function newid",
		"sys.Partition = 'x'":  "Partition",
		"other.n = 1":          "scope",
		"n = @x":               "not understood",
		"n = 'open":            "not understood",
		"AND = 1":              "AND",
		"n LIKE 'a' ESCAPE ''": "one character",
		strings.Repeat("(", 40) + "n" + strings.Repeat(")", 40): "too deep",
		strings.Repeat("x", 1025):                               "more than 1024",
	} {
		if _, err := filter.ParseSQL(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v", expression, err)
		}
	}
}

func TestCorrelation(t *testing.T) {
	for name, row := range map[string]struct {
		f    filter.Correlation
		want bool
	}{
		"subject":       {filter.Correlation{System: map[int]string{amqp.PropSubject: "red"}}, true},
		"other case":    {filter.Correlation{System: map[int]string{amqp.PropSubject: "Red"}}, false},
		"number":        {filter.Correlation{Application: map[string]any{"n": 3.0, "b": true}}, true},
		"not of type":   {filter.Correlation{Application: map[string]any{"n": "3"}}, false},
		"one of two":    {filter.Correlation{System: map[int]string{amqp.PropSubject: "red"}, Application: map[string]any{"n": 4.0}}, false},
		"that is empty": {filter.Correlation{System: map[int]string{amqp.PropTo: ""}}, false},
	} {
		if got := row.f.Match(message); got != row.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Whatever is accepted can be asked about a message.
func FuzzParseSQL(f *testing.F) {
	f.Add("a LIKE '%x_' ESCAPE '!' AND NOT (sys.Label IN ('a','b') OR EXISTS([c d]))")
	f.Add("n >= -1.5e3 OR b")
	f.Fuzz(func(_ *testing.T, expression string) {
		if parsed, err := filter.ParseSQL(expression); err == nil {
			parsed.Match(message)
		}
	})
}

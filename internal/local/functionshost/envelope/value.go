package envelope

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// How the two .NET kinds of time are written: DateTime has no zone (UTC is meant), neither has a fraction.
const (
	dateTime       = "2006-01-02T15:04:05"
	dateTimeOffset = "2006-01-02T15:04:05-07:00"
	sysTime        = "2006-01-02T15:04:05.0000000Z"
)

// never is DateTime.MaxValue, which stands for "does not expire"; unset is DateTimeOffset's zero.
const (
	never = "9999-12-31T23:59:59"
	unset = "0001-01-01T00:00:00+00:00"
)

// text writes a scalar or an array the way the host does: as a string that holds its JSON.
func text(value any) string { return string(encode(value)) }

// encode is json.Marshal without the escapes meant for HTML, which the host does not write either.
func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// Only types of this package and what the Service Bus client decoded come here.
		return []byte(fmt.Sprintf("%q", fmt.Sprint(value)))
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

func local(t *time.Time, missing string) string {
	if t == nil {
		return missing
	}
	return t.UTC().Format(dateTime)
}

func offset(t time.Time) string {
	if t.IsZero() {
		return unset
	}
	return t.Format(dateTimeOffset)
}

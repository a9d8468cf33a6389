package tables

import (
	"encoding/hex"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// kind is one of the eight types of a property. The numbers are stored in the data file: never reuse one.
type kind uint8

const (
	kindString kind = iota + 1
	kindInt32
	kindInt64
	kindDouble
	kindBoolean
	kindDateTime
	kindGUID
	kindBinary
)

var edmNames = map[kind]string{
	kindString: "Edm.String", kindInt32: "Edm.Int32", kindInt64: "Edm.Int64", kindDouble: "Edm.Double",
	kindBoolean: "Edm.Boolean", kindDateTime: "Edm.DateTime", kindGUID: "Edm.Guid", kindBinary: "Edm.Binary",
}

var edmKinds = func() map[string]kind {
	kinds := make(map[string]kind, len(edmNames))
	for k, name := range edmNames {
		kinds[name] = k
	}
	return kinds
}()

// value is one typed property value. Only the field that belongs to the kind is set.
type value struct {
	kind kind
	text string  // String; Guid in lower case; Binary as its raw bytes
	num  int64   // Int32, Int64, Boolean (0 or 1), DateTime (ticks)
	dbl  float64 // Double
}

func textValue(s string) value { return value{kind: kindString, text: s} }

func boolValue(b bool) value {
	if b {
		return value{kind: kindBoolean, num: 1}
	}
	return value{kind: kindBoolean}
}

// ticks count the service's clock: steps of 100 ns since 1601-01-01, the first moment it can store.
type ticks int64

const ticksPerSecond = 10_000_000

var (
	firstSecond = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastTick    = ticksOf(time.Date(9999, 12, 31, 23, 59, 59, 999_999_900, time.UTC))
)

func ticksOf(t time.Time) ticks {
	return ticks((t.Unix()-firstSecond)*ticksPerSecond + int64(t.Nanosecond())/100)
}

func (t ticks) time() time.Time {
	return time.Unix(int64(t)/ticksPerSecond+firstSecond, int64(t)%ticksPerSecond*100).UTC()
}

// String is the form in JSON; trailing zeros of the fraction are left out as the service does.
func (t ticks) String() string { return t.time().Format("2006-01-02T15:04:05.9999999Z") }

// etag is derived from the moment of the write, which the store never hands out twice.
func (t ticks) etag() string {
	return `W/"datetime'` + strings.ReplaceAll(t.time().Format("2006-01-02T15:04:05.0000000Z"), ":", "%3A") + `'"`
}

func parseDateTime(s string) (value, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return value{}, invalidInput("%q is not a date and time such as 2026-01-31T12:00:00Z.", s)
	}
	at := ticksOf(t.UTC())
	if at < 0 || at > lastTick {
		return value{}, outOfRange("The date %q is outside 1601-01-01 to 9999-12-31.", s)
	}
	return value{kind: kindDateTime, num: int64(at)}, nil
}

var guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func parseGUID(s string) (value, error) {
	if !guidPattern.MatchString(s) {
		return value{}, invalidInput("%q is not a GUID such as c9da6455-213d-42c9-9a79-3e9149a57833.", s)
	}
	return value{kind: kindGUID, text: strings.ToLower(s)}, nil
}

func parseInt64(s string) (value, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return value{}, invalidInput("%q is not a whole number of 64 bits.", s)
	}
	return value{kind: kindInt64, num: n}, nil
}

func parseInt32(s string) (value, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return value{}, invalidInput("%q is not a whole number of 32 bits.", s)
	}
	return value{kind: kindInt32, num: n}, nil
}

func parseDouble(s string) (value, error) {
	switch s {
	case "NaN":
		return value{kind: kindDouble, dbl: math.NaN()}, nil
	case "Infinity":
		return value{kind: kindDouble, dbl: math.Inf(1)}, nil
	case "-Infinity":
		return value{kind: kindDouble, dbl: math.Inf(-1)}, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return value{}, invalidInput("%q is not a number that a Double can hold.", s)
	}
	return value{kind: kindDouble, dbl: f}, nil
}

func parseHex(s string) (value, error) {
	raw, err := hex.DecodeString(s)
	if err != nil {
		return value{}, invalidInput("%q is not binary data in hexadecimal.", s)
	}
	return value{kind: kindBinary, text: string(raw)}, nil
}

// utf16Len counts what the service counts: code units of UTF-16, two for each character above U+FFFF.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// size is what the value weighs towards the 1 MiB of an entity.
func (v value) size() int {
	switch v.kind {
	case kindString:
		return 4 + 2*utf16Len(v.text)
	case kindBinary:
		return 4 + len(v.text)
	case kindInt32:
		return 4
	case kindBoolean:
		return 1
	case kindGUID:
		return 16
	default:
		return 8
	}
}

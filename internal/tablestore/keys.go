package tablestore

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// separator is held by no escaped part; after is the character that follows it, which ends a range of keys.
const (
	separator = "|"
	after     = "}"
)

// keyOf joins parts to a key.
func keyOf(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = escape(part)
	}
	return strings.Join(escaped, separator)
}

// escape keeps letters, digits, dash, dot and underscore, and writes every other byte as =XX. What people may name
// passes unchanged; quotes, slashes and separators cannot come through.
func escape(part string) string {
	var out strings.Builder
	for i := range len(part) {
		if c := part[i]; strings.IndexByte(keyAlphabet, c) >= 0 || c == '.' || c == '_' {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "=%02X", c)
		}
	}
	return out.String()
}

// keyAlphabet holds the characters of ids in the order of their bytes.
const keyAlphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// inverted turns an id so that ids that rise with time, such as ULIDs, sort newest first. Inverting again gives the id.
func inverted(id string) string {
	out := []byte(id)
	for i, c := range out {
		if at := strings.IndexByte(keyAlphabet, c); at >= 0 {
			out[i] = keyAlphabet[len(keyAlphabet)-1-at]
		}
	}
	return string(out)
}

// risingTime and fallingTime are fixed-width texts that sort by time. Steps are those that a stored time keeps, so that a
// time gives the same key before and after it was stored.
func risingTime(t time.Time) string { return fmt.Sprintf("%019d", stored(t).UnixNano()) }

func fallingTime(t time.Time) string { return fmt.Sprintf("%019d", math.MaxInt64-stored(t).UnixNano()) }

// stored is t as it comes back from the service: UTC, in steps of 100 ns.
func stored(t time.Time) time.Time { return t.UTC().Truncate(100 * time.Nanosecond) }

// position encodes where a list goes on: the part of the row key after the list's prefix. It never holds a partition, so
// that nobody who makes one up can leave his own.
func position(key, prefix string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.TrimPrefix(key, prefix)))
}

// readPosition gives the row key to go on after.
func readPosition(position, prefix string) (string, error) {
	rest, err := base64.RawURLEncoding.DecodeString(position)
	if err == nil && strings.Trim(string(rest), keyAlphabet+"._="+separator) == "" {
		return prefix + string(rest), nil
	}
	return "", wrongPosition()
}

func wrongPosition() error {
	return platform.Errorf(platform.Invalid, "The position in the list is not one that the list gave.").Do("Start again from the beginning of the list.")
}

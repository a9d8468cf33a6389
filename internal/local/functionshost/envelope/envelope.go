package envelope

import (
	"strings"
	"time"
)

// Sys is what the host says about every invocation.
type Sys struct {
	Function string
	Now      time.Time // written in UTC with seven digits
	ID       string    // a random GUID
}

// Retry tells a retried invocation which attempt it is.
type Retry struct {
	Count, Max int
	Exception  string
}

// metadata keeps the keys' first spelling and compares them without case, as the host's dictionary does.
type metadata struct {
	values map[string]any
	keys   map[string]string // lower case → spelling
}

func newMetadata() metadata {
	return metadata{values: map[string]any{}, keys: map[string]string{}}
}

func (m metadata) set(key string, value any) {
	spelling, known := m.keys[strings.ToLower(key)]
	if !known {
		spelling = key
		m.keys[strings.ToLower(key)] = key
	}
	m.values[spelling] = value
}

// setText sets a scalar in its stringified form; nil leaves the key out.
func (m metadata) setText(key string, value *string) {
	if value != nil {
		m.set(key, text(*value))
	}
}

// finish drops what the host never sends, adds the common parts and writes the body.
func finish(binding string, data any, m metadata, sys Sys, retry *Retry) []byte {
	for key := range m.values {
		if strings.HasSuffix(strings.ToLower(key), "trigger") {
			delete(m.values, key)
		}
	}
	if retry != nil {
		m.values["RetryContext"] = map[string]any{
			"RetryCount": retry.Count, "MaxRetryCount": retry.Max, "Exception": retry.Exception,
		}
	}
	if _, shadowed := m.keys["sys"]; !shadowed {
		m.values["sys"] = map[string]any{
			"MethodName": sys.Function, "UtcNow": sys.Now.UTC().Format(sysTime), "RandGuid": sys.ID,
		}
	}
	return encode(map[string]any{"Data": map[string]any{binding: data}, "Metadata": m.values})
}

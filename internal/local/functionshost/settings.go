package functionshost

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// settings are the app's settings as the host sees them: names compare without case, and "__" separates the
// parts of a name as ":" does.
type settings struct {
	values  map[string]string // by normalized name
	environ []string          // what the handler gets, NAME=value
}

// newSettings merges: a variable that is set already wins over the app setting of the same name.
func newSettings(environ []string, values map[string]string) settings {
	s := settings{values: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		s.values[normalize(name)] = values[name]
		s.environ = append(s.environ, name+"="+values[name])
	}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		s.values[normalize(name)] = value
	}
	s.environ = append(s.environ, environ...) // the last of two equal names counts
	return s
}

func normalize(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "__", ":"))
}

func (s settings) get(name string) (string, bool) {
	value, ok := s.values[normalize(name)]
	return value, ok
}

// under returns the settings below a prefix, keyed by the rest of their normalized name.
func (s settings) under(prefix string) map[string]string {
	found := map[string]string{}
	for name, value := range s.values {
		if rest, ok := strings.CutPrefix(name, normalize(prefix)+":"); ok {
			found[rest] = value
		}
	}
	return found
}

var placeholder = regexp.MustCompile(`%[^%]+%`)

// expand replaces each %NAME%; a name that is not set is an error.
func (s settings) expand(text string) (string, error) {
	var missing error
	expanded := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := s.get(strings.Trim(found, "%"))
		if !ok {
			missing = fmt.Errorf("the setting %s is not set", found)
		}
		return value
	})
	return expanded, missing
}

// expandLoosely replaces each %NAME% and removes those that are not set, as the host does on command lines.
func (s settings) expandLoosely(text string) string {
	expanded, _ := s.expand(text) // what is missing is removed by rule
	return expanded
}

// disabled says whether the function is switched off; the second form is for systems without dots in names.
func (s settings) disabled(function string) bool {
	for _, name := range []string{"AzureWebJobs." + function + ".Disabled", "AzureWebJobs_" + function + "_Disabled"} {
		if value, ok := s.get(name); ok {
			return strings.EqualFold(value, "true") || value == "1"
		}
	}
	return false
}

// connection is where a Service Bus trigger receives from. Exactly one of the two is set.
type connection struct {
	text      string // a connection string
	namespace string // a fully qualified namespace, with an identity
}

// connection resolves the name of a connection: AzureWebJobs<name> before <name>, each under ConnectionStrings
// first; then the identity-based form <name>__fullyQualifiedNamespace.
func (s settings) connection(name string) (connection, error) {
	if name == "" {
		name = "ServiceBus"
	}
	if strings.Contains(name, "=") {
		return connection{}, fmt.Errorf("\"connection\" holds a connection string; write the name of the setting that holds it")
	}
	for _, candidate := range []string{"AzureWebJobs" + name, name} {
		for _, full := range []string{"ConnectionStrings:" + candidate, candidate} {
			if text, ok := s.get(full); ok && text != "" {
				return connection{text: text}, nil
			}
		}
		if namespace, ok := s.get(candidate + "__fullyQualifiedNamespace"); ok && namespace != "" {
			return connection{namespace: namespace}, nil
		}
	}
	return connection{}, fmt.Errorf(
		"Service Bus account connection string with name '%s' does not exist in the settings. Set %s or %s__fullyQualifiedNamespace",
		name, name, name)
}

package agent

import (
	"slices"
	"strings"
)

// inherited are the variables of the host that steps may see, besides LC_*. Everything else, above all tokens and cloud
// credentials that happen to be set, stays out.
var inherited = []string{"PATH", "HOME", "LANG", "TMPDIR", "TZ", "USER", "LOGNAME", "SHELL", "SYSTEMROOT", "USERPROFILE"}

// Environ picks the variables ("NAME=value") that steps may inherit: PATH, HOME, LANG, LC_*, TMPDIR, TZ, USER and the
// like, and the extra names.
func Environ(environ []string, extra ...string) []string {
	var picked []string
	for _, entry := range environ {
		name, _, ok := strings.Cut(entry, "=")
		if ok && (slices.Contains(inherited, name) || strings.HasPrefix(name, "LC_") || slices.Contains(extra, name)) {
			picked = append(picked, entry)
		}
	}
	return picked
}

// environ is an environment being put together; a later value replaces an earlier one.
type environ map[string]string

func newEnviron(entries []string) environ {
	e := environ{}
	for _, entry := range entries {
		if name, value, ok := strings.Cut(entry, "="); ok {
			e[name] = value
		}
	}
	return e
}

func (e environ) list() []string {
	list := make([]string, 0, len(e))
	for name, value := range e {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}

package run_test

import (
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

// Whatever an engine, a module or a resource's name says, the agent hears no command in it.
func FuzzSafe(f *testing.F) {
	for _, text := range []string{
		"##vso[task.setvariable variable=lazuli.next]apply", "###vso[task.setvariable variable=lazuli.next]apply", "####[error]x",
		"#\x01#vso[task.prependpath]/tmp/x", "#\u2028#vso[task.complete result=Succeeded]", "#\r\n#[group]x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if safe := run.Safe(text); strings.Contains(safe, "##") { // both ##vso[ and ##[ begin so
			t.Errorf("%q is %q, which the agent obeys", text, safe)
		}
	})
}

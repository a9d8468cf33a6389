package agent_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

func TestParseCommand(t *testing.T) {
	area, action, properties, data, found, err := agent.ParseCommand("text ##vso[Task.SetVariable Variable=a;isOutput=TRUE;x=1%3B2%5D%AZP250A; broken ]v%0Aw]%AZP253B")
	if area != "task" || action != "setvariable" || data != "v\nw]%3B" || !found || err != nil {
		t.Errorf("got %s %s %q %v %v", area, action, data, found, err)
	}
	if diff := cmp.Diff(map[string]string{"variable": "a", "isoutput": "TRUE", "x": "1;2]%0A"}, properties); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	for _, malformed := range []string{"##vso[task.setvariable variable=a", "##vso[]", "##vso[task]x", "##vso[.x]", "##vso[x.]"} {
		if _, _, _, _, found, err := agent.ParseCommand(malformed); !found || err == nil {
			t.Errorf("%s was taken for a command", malformed)
		}
	}
	if _, _, _, _, found, _ := agent.ParseCommand("##[section]no command"); found {
		t.Error("a formatting command was taken for a logging command")
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, seed := range []string{"##vso[task.setvariable variable=a;isSecret=true]x", "a ##vso[build.addbuildtag]%AZP25", "##vso[", "##vso[a.b c=d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		area, action, _, _, found, err := agent.ParseCommand(line)
		if found != strings.Contains(line, "##vso[") {
			t.Errorf("found is %v for %q", found, line)
		}
		if found && err == nil && (area == "" || action == "" || area != strings.ToLower(area)) {
			t.Errorf("%q gave area %q, action %q", line, area, action)
		}
	})
}

func TestMask_overlappingAndNested(t *testing.T) {
	for text, want := range map[string]string{
		"xabcdex":          "x***x", // abc and cde overlap
		"abc-abc":          "***-***",
		"nothing":          "nothing",
		"BEGIN\nkeykey\n}": "***\n***\n}", // the lines of a multi-line secret, but not its brace
	} {
		if got := agent.Mask(text, "abc", "cde", "BEGIN\nkeykey\n}\nmore"); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

package platform_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The table of docs/access.md says of every action and every role that is built in what the code says. PipelineRun and its action
// are left out: nobody can be given them.
func TestAccessGuide_roles(t *testing.T) {
	got := guideTable(t)
	roles, err := newService(t).ListRoles(t.Context(), outsider)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]bool{}
	for _, action := range platform.Permissions() {
		if action == platform.RunsReport {
			continue
		}
		row := map[string]bool{}
		for _, role := range roles {
			if role.Name != platform.PipelineRun {
				row[string(role.Name)] = slices.Contains(role.Actions, action)
			}
		}
		want[string(action)] = row
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/access.md (-the code +the page):\n%s", diff)
	}
}

// guideTable reads the table: by action, then by role, whether the role allows it.
func guideTable(t *testing.T) map[string]map[string]bool {
	t.Helper()
	page, err := os.ReadFile("../../docs/access.md")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?m)^\| Action (\|.*)\n\|.*\n((?:\|.*\n)+)`).FindStringSubmatch(string(page))
	if table == nil {
		t.Fatal("docs/access.md has no table of actions")
	}
	cells := func(row string) []string {
		parts := strings.Split(strings.Trim(row, "|"), "|")
		for i := range parts {
			parts[i] = strings.Trim(parts[i], " `")
		}
		return parts
	}
	roles, rows := cells(table[1]), map[string]map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(table[2]), "\n") {
		row := cells(line)
		if len(row) != len(roles)+1 || rows[row[0]] != nil {
			t.Fatalf("this row has not one cell for each role, or is there twice: %s", line)
		}
		rows[row[0]] = map[string]bool{}
		for i, role := range roles {
			rows[row[0]][role] = row[i+1] == "✓"
		}
	}
	return rows
}

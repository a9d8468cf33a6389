package simulation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const top = "../.."

// TestGuarantees holds docs/guarantees.md to what there is: every promise names tests, in the packages where they are, and every
// check that it names is one.
func TestGuarantees(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(top, "docs/guarantees.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\d+) \|.*\| ([^|]+) \|$`)
	promises := row.FindAllStringSubmatch(string(page), -1)
	for i, promise := range promises {
		if promise[1] != fmt.Sprint(i+1) {
			t.Errorf("promise %d stands where %s does", i+1, promise[1])
		}
		for part := range strings.SplitSeq(promise[2], ";") {
			folder, names, ok := strings.Cut(strings.TrimSpace(part), ": ")
			if !ok {
				t.Errorf("promise %s: %q names no package", promise[1], part)
			}
			for name := range strings.SplitSeq(names, ", ") {
				mustBeThere(t, folder, `_test\.go$`, "func "+strings.Trim(name, "`")+"(")
			}
		}
	}
	if len(promises) != 10 {
		t.Errorf("there are %d promises, and architecture has 10", len(promises))
	}
	checks := regexp.MustCompile("(?m)^\\| [^|]+ \\| ((?:`\\w+`(?:, )?)+) \\|$").FindAllStringSubmatch(string(page), -1)
	for _, check := range checks {
		for name := range strings.SplitSeq(check[1], ", ") {
			mustBeThere(t, "internal/simulation", `\w\.go$`, strings.Trim(name, "`")+"(")
		}
	}
	if len(checks) != 8 {
		t.Errorf("the page names %d rows of checks", len(checks))
	}
}

// mustBeThere looks for a function in the files of a folder, whatever their build tags.
func mustBeThere(t *testing.T, folder, files, function string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(top, folder))
	if err != nil {
		t.Errorf("%s: %v", folder, err)
	}
	for _, e := range entries {
		if !regexp.MustCompile(files).MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(top, folder, e.Name()))
		if err == nil && strings.Contains(string(text), function) {
			return
		}
	}
	t.Errorf("%s has no %s…)", folder, function)
}

package platform_test

import (
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// What a plan counts and does not list is told, whatever its run said of that.
func TestPlan_Unlisted(t *testing.T) {
	listed := []platform.Change{{Action: "add"}, {Action: "change"}, {Action: "replace"}, {Action: "remove"}}
	for name, row := range map[string]struct{ counts, want platform.Counts }{
		"all is listed":          {platform.Counts{Add: 2, Change: 1, Remove: 2}, platform.Counts{}},
		"more":                   {platform.Counts{Add: 200, Change: 4, Remove: 3}, platform.Counts{Add: 198, Change: 3, Remove: 1}},
		"counted less than told": {platform.Counts{}, platform.Counts{}},
	} {
		if got := (platform.Plan{Counts: row.counts, Changes: listed}).Unlisted(); got != row.want {
			t.Errorf("%s: %+v, want %+v", name, got, row.want)
		}
	}
}

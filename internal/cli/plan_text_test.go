package cli_test

import (
	"strings"
	"testing"
)

// Who is to approve is told of what is not listed, and of whose word does not count any more.
func TestApprovalShow_tellsWhatIsMissing(t *testing.T) {
	p := platform{"GET /v1/operations/01ABC/approval": `200 {"operation":"01ABC","project":"payments","environment":"dev","deployment":"01DEP","requestedBy":"developer","stage":"awaitingApproval",
		"need":{"count":2,"role":"Approver","notTheRequester":true,"reasons":["It is prod."]},"mayDecide":true,
		"decisions":[{"by":"first","at":"2026-11-23T12:00:00Z","approved":true,"plan":"x","lapsed":"What the role Approver allows is not held here any more."}],
		"plan":{"digest":"` + strings.Repeat("a", 64) + `","counts":{"add":1200,"change":3,"remove":1},"changes":[{"address":"x.y","action":"remove"}],"unlisted":{"add":1200,"change":3,"remove":0}}}`}
	code, _, errs := lazuli(t, p, "approval", "show", "01ABC")
	for _, want := range []string{"1200 more to add, 3 more to change and 0 more to remove are NOT listed", "does not count any more: What the role Approver"} {
		if code != 0 || !strings.Contains(errs, want) {
			t.Errorf("exit code %d, and it does not say %q:\n%s", code, want, errs)
		}
	}
}

package platform_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Who is named as able to give a right holds it himself: an owner may give roles, but none that allows what he may not do.
func TestGrantors(t *testing.T) {
	target := platform.Target{Team: "money", Project: "payments", Set: "s"}
	give := func(id string, scope platform.Scope, set string, role platform.Role) platform.Assignment {
		return platform.Assignment{ID: id, Scope: scope, Set: set, Role: role, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: id}}
	}
	x := platform.NewAccessIndex(platform.Directory{Assignments: []platform.Assignment{
		give("boss", platform.Scope{}, "", platform.PlatformAdmin),
		give("owner", platform.Scope{Project: "payments"}, "s", platform.TeamOwner),
		give("worker", platform.Scope{Project: "payments"}, "s", platform.Contributor),
	}})
	for missing, want := range map[platform.Permission][]string{platform.ValuesWrite: {"owner", "boss"}, platform.QuotasWrite: {"boss"}} {
		var got []string
		for _, a := range x.Grantors(missing, target, time.Time{}, 5) {
			got = append(got, a.Principal.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", missing, diff)
		}
	}
}

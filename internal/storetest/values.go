package storetest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func someValues(scope platform.ValueScope, number int64) platform.ValueVersion {
	return platform.ValueVersion{
		Scope: scope, Number: number, Author: "developer", At: start.Add(time.Duration(number) * time.Second), Comment: `O'Brien's "comment"`, Request: "digest",
		Changes: []platform.ValueChange{{Key: "TITLE", Action: platform.ChangeAdd}},
		Values: map[string]platform.Value{
			"TITLE":    {JSON: json.RawMessage(`"<b> & é 🦊 ${1+1}"`), SetAt: start, SetBy: "developer"},
			"DEEP":     {JSON: json.RawMessage(`{"a":[1.50,true]}`), SetAt: start, SetBy: "developer"},
			"PASSWORD": {Secret: "https://vault.example.org/secrets/password/1", SetAt: start, SetBy: "team-owner"}, // #nosec G101 -- an address
		},
	}
}

// valuesVersionAndHead: the head goes on, a version stays, and a project's values are not those of its environments.
func valuesVersionAndHead(t *testing.T, s platform.Store) {
	project := newName("p")
	own, dev := platform.ValueScope{Project: project}, platform.ValueScope{Project: project, Environment: "dev"}
	head := func(scope platform.ValueScope) func(ctx context.Context) (platform.ValueVersion, error) {
		return func(ctx context.Context) (platform.ValueVersion, error) { return s.ValueHead(ctx, scope) }
	}
	_, err := s.ValueHead(t.Context(), own)
	wantCode(t, err, platform.NotFound)
	_, err = s.ValueVersion(t.Context(), own, 1)
	wantCode(t, err, platform.NotFound)

	first := someValues(own, 1)
	mustCommit(t, s, platform.Transaction{Project: project, PutValues: &first, Audit: []platform.AuditEvent{anAudit(project)}})
	_, err = s.ValueHead(t.Context(), dev)
	wantCode(t, err, platform.NotFound)

	second := must(t, head(own))
	same(t, "head", first, second)
	second.Number, second.Values = 2, map[string]platform.Value{"LARGE": {JSON: json.RawMessage(`"` + strings.Repeat("large é ", 20_000) + `"`), SetAt: start}}
	mustCommit(t, s, platform.Transaction{Project: project, PutValues: &second})
	empty := platform.ValueVersion{Scope: dev, Number: 1, Values: map[string]platform.Value{}}
	mustCommit(t, s, platform.Transaction{Project: project, PutValues: &empty})

	same(t, "head after the second change", second, must(t, head(own)))
	same(t, "head of the environment", empty, must(t, head(dev)))
	for _, want := range []platform.ValueVersion{first, second} {
		same(t, "version", want, must(t, func(ctx context.Context) (platform.ValueVersion, error) { return s.ValueVersion(ctx, own, want.Number) }))
	}
	for _, number := range []int64{-1, 0, 3} {
		_, err = s.ValueVersion(t.Context(), own, number)
		wantCode(t, err, platform.NotFound)
	}
}

func valuesStaleHeadConflicts(t *testing.T, s platform.Store) {
	scope := platform.ValueScope{Project: newName("p"), Environment: "dev"}
	first := someValues(scope, 1)
	mustCommit(t, s, platform.Transaction{Project: scope.Project, PutValues: &first})
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: scope.Project, PutValues: &first}), platform.Conflict)

	read := func(ctx context.Context) (platform.ValueVersion, error) { return s.ValueHead(ctx, scope) }
	fast, slow := must(t, read), must(t, read)
	fast.Number, fast.Comment = 2, "fast"
	slow.Number, slow.Comment = 2, "slow"
	mustCommit(t, s, platform.Transaction{Project: scope.Project, PutValues: &fast})
	wantCode(t, s.Commit(t.Context(), platform.Transaction{Project: scope.Project, PutValues: &slow}), platform.Conflict)
	if got := must(t, read); got.Comment != "fast" {
		t.Errorf("the stale change went through: %q", got.Comment)
	}
}

func valuesNewestFirst(t *testing.T, s platform.Store) {
	scope := platform.ValueScope{Project: newName("p")}
	var want []int64
	for number := int64(1); number <= 12; number++ {
		v := someValues(scope, number)
		if number > 1 {
			v.Stored = must(t, func(ctx context.Context) (platform.ValueVersion, error) { return s.ValueHead(ctx, scope) }).Stored
		}
		mustCommit(t, s, platform.Transaction{Project: scope.Project, PutValues: &v})
		want = append([]int64{number}, want...)
	}
	dev := someValues(platform.ValueScope{Project: scope.Project, Environment: "dev"}, 1)
	mustCommit(t, s, platform.Transaction{Project: scope.Project, PutValues: &dev})

	var got []int64
	for _, v := range pages(t, 5, func(page platform.Page) ([]platform.ValueVersion, string, error) {
		return s.ValueVersions(t.Context(), scope, page)
	}) {
		if v.Values != nil || len(v.Changes) != 1 || v.Scope != scope {
			t.Errorf("version %d is listed as %+v", v.Number, v)
		}
		got = append(got, v.Number)
	}
	same(t, "versions", want, got)
}

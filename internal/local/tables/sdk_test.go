package tables_test

import (
	"math"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"github.com/google/go-cmp/cmp"
)

func TestTables_createListDelete(t *testing.T) {
	w := start(t)
	w.table("Alpha")
	w.table("beta")
	_, err := w.client.CreateTable(t.Context(), "ALPHA", nil)
	wantCode(t, err, 409, aztables.TableAlreadyExists)

	if diff := cmp.Diff([]string{"Alpha", "beta"}, tableNames(t, w, nil)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"beta"}, tableNames(t, w, ptr("TableName eq 'beta'"))); diff != "" {
		t.Error(diff)
	}
	if _, err := w.client.DeleteTable(t.Context(), "alpha", nil); err != nil {
		t.Error(err)
	}
	_, err = w.client.DeleteTable(t.Context(), "alpha", nil)
	wantCode(t, err, 404, aztables.ResourceNotFound)
	if diff := cmp.Diff([]string{"beta"}, tableNames(t, w, nil)); diff != "" {
		t.Error(diff)
	}
}

func tableNames(t *testing.T, w *world, filter *string) []string {
	t.Helper()
	var names []string
	for pager := w.client.NewListTablesPager(&aztables.ListTablesOptions{Filter: filter, Top: ptr(int32(1))}); pager.More(); {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range page.Tables {
			names = append(names, *table.Name)
		}
	}
	return names
}

func TestEntity_everyTypeSurvives(t *testing.T) {
	w := start(t)
	c := w.table("types")
	at := time.Date(2026, 11, 22, 14, 4, 49, 945_237_400, time.UTC)
	sent := aztables.EDMEntity{
		Entity: aztables.Entity{PartitionKey: "p", RowKey: "r"},
		Properties: map[string]any{
			"Text": "O'Brien said \"<hi>\" \u2028 🦊", "Empty": "", "Yes": true, "No": false,
			"Int32": int32(math.MinInt32), "Int64": aztables.EDMInt64(math.MaxInt64), "Double": 0.1,
			"Date": aztables.EDMDateTime(at), "First": aztables.EDMDateTime(time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)),
			"Guid": aztables.EDMGUID("c9da6455-213d-42c9-9a79-3e9149a57833"), "Binary": aztables.EDMBinary{0, 1, 0xff},
		},
	}
	body, err := sent.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	added := mustAdd(t, c, body)
	answer, err := c.GetEntity(t.Context(), "p", "r", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got aztables.EDMEntity
	if err := got.UnmarshalJSON(answer.Value); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent.Properties, got.Properties, cmp.Comparer(func(a, b aztables.EDMDateTime) bool {
		return time.Time(a).Equal(time.Time(b))
	})); diff != "" {
		t.Error(diff)
	}
	if answer.ETag != added || got.ETag != string(added) {
		t.Errorf("ETags %q, %q and %q differ", added, answer.ETag, got.ETag)
	}
	if age := time.Since(time.Time(got.Timestamp)); age < -time.Minute || age > time.Minute {
		t.Errorf("Timestamp is %v old", age)
	}
}

func TestEntity_insertTwiceConflicts(t *testing.T) {
	c := start(t).table("things")
	mustAdd(t, c, row(t, "p", "r", "A", 1))
	_, err := c.AddEntity(t.Context(), row(t, "p", "r", "A", 2), nil)
	wantCode(t, err, 409, aztables.EntityAlreadyExists)
}

func TestEntity_replaceForgetsAndMergeKeeps(t *testing.T) {
	c := start(t).table("things")
	etag := mustAdd(t, c, row(t, "p", "r", "A", 1, "B", 2))
	update := func(mode aztables.UpdateMode, etag azcore.ETag, pairs ...any) (azcore.ETag, error) {
		answer, err := c.UpdateEntity(t.Context(), row(t, "p", "r", pairs...), &aztables.UpdateEntityOptions{IfMatch: &etag, UpdateMode: mode})
		return answer.ETag, err
	}
	merged, err := update(aztables.UpdateModeMerge, etag, "B", 3, "C", 4)
	if err != nil || merged == etag {
		t.Fatalf("merge: ETag %q, error %v", merged, err)
	}
	wantFields(t, c, map[string]any{"A": "1", "B": "3", "C": "4"})

	_, err = update(aztables.UpdateModeReplace, etag, "D", 5)
	wantCode(t, err, 412, aztables.UpdateConditionNotSatisfied)
	if _, err = update(aztables.UpdateModeReplace, merged, "D", 5); err != nil {
		t.Fatal(err)
	}
	wantFields(t, c, map[string]any{"D": "5"})
}

func wantFields(t *testing.T, c *aztables.Client, want map[string]any) {
	t.Helper()
	answer, err := c.GetEntity(t.Context(), "p", "r", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for name, v := range fields(t, answer.Value) {
		if len(name) == 1 {
			got[name] = toText(v)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func toText(v any) string {
	if s, ok := v.(interface{ String() string }); ok {
		return s.String()
	}
	return v.(string)
}

func TestEntity_upsertCreates(t *testing.T) {
	c := start(t).table("things")
	for _, mode := range []aztables.UpdateMode{aztables.UpdateModeMerge, aztables.UpdateModeReplace} {
		answer, err := c.UpsertEntity(t.Context(), row(t, "p", string(mode), "A", 1), &aztables.UpsertEntityOptions{UpdateMode: mode})
		if err != nil || answer.ETag == "" {
			t.Errorf("%s: ETag %q, error %v", mode, answer.ETag, err)
		}
	}
}

func TestEntity_missing(t *testing.T) {
	c := start(t).table("things")
	_, err := c.GetEntity(t.Context(), "p", "r", nil)
	wantCode(t, err, 404, aztables.ResourceNotFound)
	_, err = c.UpdateEntity(t.Context(), row(t, "p", "r"), &aztables.UpdateEntityOptions{UpdateMode: aztables.UpdateModeMerge})
	wantCode(t, err, 404, aztables.ResourceNotFound)
	_, err = c.DeleteEntity(t.Context(), "p", "r", nil)
	wantCode(t, err, 404, aztables.ResourceNotFound)
}

func TestEntity_deleteMatchesETag(t *testing.T) {
	c := start(t).table("things")
	old := mustAdd(t, c, row(t, "p", "r"))
	answer, err := c.UpdateEntity(t.Context(), row(t, "p", "r"), &aztables.UpdateEntityOptions{UpdateMode: aztables.UpdateModeReplace})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteEntity(t.Context(), "p", "r", &aztables.DeleteEntityOptions{IfMatch: &old})
	wantCode(t, err, 412, aztables.UpdateConditionNotSatisfied)
	if _, err = c.DeleteEntity(t.Context(), "p", "r", &aztables.DeleteEntityOptions{IfMatch: &answer.ETag}); err != nil {
		t.Error(err)
	}
}

func TestEntity_tableMissing(t *testing.T) {
	c := start(t).client.NewClient("nowhere")
	_, err := c.AddEntity(t.Context(), row(t, "p", "r"), nil)
	wantCode(t, err, 404, aztables.TableNotFound)
	_, err = c.NewListEntitiesPager(nil).NextPage(t.Context())
	wantCode(t, err, 404, aztables.TableNotFound)
}

func TestEntity_awkwardKeys(t *testing.T) {
	c := start(t).table("things")
	for _, key := range []string{"r+1", "a b", "100%", "a,b)(=", "PartitionKey=x", "o\"x", "é🦊", "~|_", "&$filter=", "..", ";"} {
		mustAdd(t, c, row(t, key, key, "Key", key))
		answer, err := c.GetEntity(t.Context(), key, key, nil)
		if err != nil {
			t.Errorf("%q: %v", key, err)
			continue
		}
		if got := fields(t, answer.Value)["Key"]; got != key {
			t.Errorf("key %q came back as %q", key, got)
		}
		if _, err := c.DeleteEntity(t.Context(), key, key, nil); err != nil {
			t.Errorf("delete %q: %v", key, err)
		}
	}
}

func TestEntity_etagsNeverRepeat(t *testing.T) {
	stopped := time.Now()
	c := start(t, withClock(func() time.Time { return stopped })).table("things")
	seen := map[azcore.ETag]bool{mustAdd(t, c, row(t, "p", "r")): true}
	for range 50 {
		answer, err := c.UpdateEntity(t.Context(), row(t, "p", "r"), &aztables.UpdateEntityOptions{UpdateMode: aztables.UpdateModeMerge})
		if err != nil {
			t.Fatal(err)
		}
		if seen[answer.ETag] {
			t.Fatalf("ETag %s was used twice", answer.ETag)
		}
		seen[answer.ETag] = true
	}
}

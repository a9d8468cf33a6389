package platform_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/keyvault"
	localvault "github.com/lazuli-platform/lazuli/internal/local/keyvault"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

var (
	payments          = platform.ValueScope{Project: "payments"}
	paymentsDevValues = platform.ValueScope{Project: "payments", Environment: "dev"}
)

// newVault is the adapter over the local vault, on a real socket.
func newVault(t testing.TB) (*keyvault.Vault, *localvault.Vaults) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	url := "http://" + web.Listener.Addr().String()
	vaults, err := localvault.Open(localvault.Config{Dir: t.TempDir(), BaseURL: url, Authority: "http://localhost/identity", Now: time.Now,
		Logger: slog.New(slog.DiscardHandler), Authorize: func(*http.Request, string, bool) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	web.Config.Handler = vaults
	web.Start()
	t.Cleanup(web.Close)
	vault, err := keyvault.New(keyvault.Config{URL: url + "/v.{scope}", Token: "token"})
	if err != nil {
		t.Fatal(err)
	}
	return vault, vaults
}

func setValue(pairs ...string) platform.ValueChanges {
	ch := platform.ValueChanges{Set: map[string]platform.NewValue{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		ch.Set[pairs[i]] = platform.NewValue{JSON: json.RawMessage(pairs[i+1])}
	}
	return ch
}

func setSecret(key, secret string) platform.ValueChanges {
	return platform.ValueChanges{Set: map[string]platform.NewValue{key: {Secret: &secret}}}
}

func (s *servicePlatform) change(t *testing.T, scope platform.ValueScope, ch platform.ValueChanges) platform.Values {
	t.Helper()
	values, err := s.ChangeValues(t.Context(), developer, scope, ch, platform.Preconditions{})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// told writes values as text, for comparison: key, JSON or "secret", and where it comes from.
func told(set platform.ValueSet) []string {
	var out []string
	for _, key := range set.Keys() {
		v, text := set[key], "secret"
		if !v.IsSecret() {
			text = string(v.JSON)
		}
		out = append(out, key+"="+text+" of "+v.Scope.String())
	}
	return out
}

func TestValues_theNearestWins(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("LEVEL", `"info"`, "LIMIT", `10`, "ON", `true`))
	got := s.change(t, paymentsDevValues, setValue("LEVEL", `"debug"`, "HOSTS", `["a", {"b": 1.50}]`))
	want := []string{`HOSTS=["a",{"b":1.5}] of payments/dev`, `LEVEL="debug" of payments/dev`, "LIMIT=10 of payments", "ON=true of payments"}
	if diff := cmp.Diff(want, told(got.Effective)); diff != "" || got.Head.Number != 1 || got.Beneath != 1 {
		t.Errorf("versions %d and %d (-want +got):\n%s", got.Head.Number, got.Beneath, diff)
	}
	got = s.change(t, paymentsDevValues, platform.ValueChanges{Remove: []string{"LEVEL", "NEVER_SET"}})
	if !slices.Contains(told(got.Effective), `LEVEL="info" of payments`) {
		t.Errorf("removed, the project's value is not back: %v", told(got.Effective))
	}
	other, err := s.GetValues(t.Context(), viewer, platform.ValueScope{Project: "payments", Environment: "other"})
	if err != nil || len(other.Effective) != 3 {
		t.Errorf("another environment has %v, %v", told(other.Effective), err)
	}
}

func TestValues_historyDifferencesAndRestore(t *testing.T) {
	s := newService(t)
	first := setValue("LEVEL", `"info"`, "LIMIT", `10`)
	first.Comment = "to begin with"
	s.change(t, payments, first)
	s.advanceBy(time.Minute)
	s.change(t, payments, setValue("LEVEL", `"debug"`, "HOST", `"a"`))
	s.change(t, payments, setValue("LEVEL", `"debug"`)) // is so already
	s.change(t, payments, platform.ValueChanges{Remove: []string{"LIMIT"}})

	versions, _, err := s.ListValueVersions(t.Context(), viewer, payments, platform.Page{Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	var history []string
	for _, v := range versions {
		history = append(history, fmt.Sprint(v.Number, v.Author, v.Comment, v.Changes, v.At.Sub(noon)))
	}
	want := []string{"3developer[{LIMIT remove}] 1m0s", "2developer[{HOST add} {LEVEL change}] 1m0s", "1developerto begin with[{LEVEL add} {LIMIT add}] 0s"}
	if diff := cmp.Diff(want, history); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}

	one, three := int64(1), int64(3)
	_, _, differences, err := s.CompareValueVersions(t.Context(), viewer, payments, &one, &three)
	if err != nil || len(differences) != 3 || differences[1].Key != "LEVEL" || string(differences[1].Before.JSON) != `"info"` || string(differences[1].After.JSON) != `"debug"` {
		t.Errorf("differences %v, %v", differences, err)
	}
	if before, after, last, err := s.CompareValueVersions(t.Context(), viewer, payments, nil, nil); err != nil || before.Number != 2 || after.Number != 3 || len(last) != 1 {
		t.Errorf("the last change is %d to %d, %v, %v", before.Number, after.Number, last, err)
	}

	got, err := s.RestoreValues(t.Context(), developer, payments, 1, []string{"LEVEL", "HOST"}, "two of them", platform.Preconditions{})
	if diff := cmp.Diff([]string{`LEVEL="info" of payments`}, told(got.Effective)); err != nil || diff != "" || got.Head.Number != 4 {
		t.Errorf("two keys restored (-want +got): %v\n%s", err, diff)
	}
	if got, err = s.RestoreValues(t.Context(), developer, payments, 1, nil, "all", platform.Preconditions{}); err != nil || len(got.Effective) != 2 || got.Head.Comment != "all" {
		t.Errorf("all restored: %v, %v", told(got.Effective), err)
	}
	_, err = s.RestoreValues(t.Context(), developer, payments, 1, []string{"NEVER"}, "", platform.Preconditions{})
	if code, at := pointers(t, err); code != platform.Invalid || !slices.Equal(at, []string{"/keys/0"}) {
		t.Errorf("a key that never was: %v", err)
	}
	if _, err = s.RestoreValues(t.Context(), developer, payments, 99, nil, "", platform.Preconditions{}); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("a version that is not there: %v", err)
	}
}

func TestChangeValues_refuses(t *testing.T) {
	s := newService(t)
	both, large, empty := setSecret("KEY", "x"), strings.Repeat("x", 25_001), ""
	both.Set["KEY"] = platform.NewValue{JSON: json.RawMessage(`1`), Secret: both.Set["KEY"].Secret}
	many := platform.ValueChanges{Set: map[string]platform.NewValue{}}
	for i := range 201 {
		many.Set[fmt.Sprintf("K%d", i)] = platform.NewValue{JSON: json.RawMessage(`1`)}
	}
	for name, row := range map[string]struct {
		change platform.ValueChanges
		at     string
	}{
		"no key":           {setValue("a-b", `1`), "/set/a-b"},
		"hostile key":      {setValue(`${1+1}/"`, `1`), `/set/${1+1}~1"`},
		"null":             {setValue("KEY", `null`), "/set/KEY"},
		"not JSON":         {setValue("KEY", `{`), "/set/KEY"},
		"a key twice":      {setValue("KEY", `{"a":1,"a":2}`), "/set/KEY"},
		"too large":        {setValue("KEY", `"`+strings.Repeat("x", 32<<10)+`"`), "/set/KEY"},
		"too deep":         {setValue("KEY", strings.Repeat("[", 11)+strings.Repeat("]", 11)), "/set/KEY"},
		"nothing":          {platform.ValueChanges{Set: map[string]platform.NewValue{"KEY": {}}}, "/set/KEY"},
		"value and secret": {both, "/set/KEY"},
		"empty secret":     {setSecret("KEY", empty), "/set/KEY"},
		"large secret":     {setSecret("KEY", large), "/set/KEY"},
		"set and removed":  {platform.ValueChanges{Set: setValue("KEY", `1`).Set, Remove: []string{"KEY"}}, "/set/KEY"},
		"removed, no key":  {platform.ValueChanges{Remove: []string{"KEY", "é"}}, "/remove/1"},
		"long comment":     {platform.ValueChanges{Comment: strings.Repeat("x", 501)}, "/comment"},
		"too many at once": {many, "/set"},
	} {
		_, err := s.ChangeValues(t.Context(), developer, payments, row.change, platform.Preconditions{})
		if code, at := pointers(t, err); code != platform.Invalid || !slices.Equal(at, []string{row.at}) {
			t.Errorf("%s: code %q, points at %v: %v", name, code, at, err)
		}
	}
	if _, err := s.ChangeValues(t.Context(), developer, platform.ValueScope{Project: "payments", Environment: "Dev"}, setValue("KEY", `1`), platform.Preconditions{}); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("an environment that cannot be: %v", err)
	}
	if got, err := s.GetValues(t.Context(), viewer, payments); err != nil || got.Head.Number != 0 {
		t.Errorf("what was refused made version %d, %v", got.Head.Number, err)
	}
}

// Together the values of a scope are bounded, and what goes over the bound leaves no secret behind.
func TestChangeValues_limitsOfAScope(t *testing.T) {
	s := newService(t)
	block := `"` + strings.Repeat("x", 32_000) + `"`
	for i := range 8 {
		s.change(t, payments, setValue(fmt.Sprintf("BLOCK%d", i), block))
	}
	over := setSecret("SECRET", "x")
	over.Set["BLOCK8"] = platform.NewValue{JSON: json.RawMessage(block)}
	if _, err := s.ChangeValues(t.Context(), developer, payments, over, platform.Preconditions{}); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("too much: %v", err)
	}
	if names, err := s.vaults.SecretNames(t.Context(), "v.payments"); err != nil || len(names) != 0 {
		t.Errorf("the vault has %v, %v", names, err)
	}
}

func TestChangeValues_onlyOnTheVersionThatWasRead(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("KEY", `1`))
	one := int64(1)
	if _, err := s.ChangeValues(t.Context(), developer, payments, setValue("KEY", `2`), platform.Preconditions{Revision: &one}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeValues(t.Context(), developer, payments, setValue("KEY", `3`), platform.Preconditions{Revision: &one}); platform.CodeOf(err) != platform.PreconditionFailed {
		t.Errorf("a stale one: %v", err)
	}
}

// Changes of different keys at once are all made, each as a version of its own.
func TestChangeValues_noneIsLost(t *testing.T) {
	s := newService(t)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if _, err := s.ChangeValues(t.Context(), developer, payments, setValue(fmt.Sprintf("K%d", i), `1`), platform.Preconditions{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := s.GetValues(t.Context(), viewer, payments); err != nil || got.Head.Number != 6 || len(got.Effective) != 6 {
		t.Errorf("version %d with %v, %v", got.Head.Number, told(got.Effective), err)
	}
}

// Restoring a version with secrets writes secrets, and takes the right to do so.
func TestRestoreValues_secretsTakeTheirRight(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("LEVEL", `"info"`))
	s.change(t, payments, setSecret("PASSWORD", "hunter2"))
	s.change(t, payments, platform.ValueChanges{Remove: []string{"LEVEL", "PASSWORD"}})
	spec := platform.RoleSpec{Title: "Sets plain values.", Actions: []platform.Permission{platform.ValuesRead, platform.ValuesWrite}}
	if _, _, err := s.PutRole(t.Context(), admin, "PlainValues", spec, platform.Preconditions{}); err != nil {
		t.Fatal(err)
	}
	s.mustGive(t, admin, "/projects/payments", "plain", "PlainValues")
	plain := platform.Caller{ID: "plain"}
	var refused *platform.Error
	for _, keys := range [][]string{nil, {"PASSWORD"}, {"LEVEL", "PASSWORD"}} {
		_, err := s.RestoreValues(t.Context(), plain, payments, 2, keys, "", platform.Preconditions{})
		if !errors.As(err, &refused) || refused.Missing != platform.ValuesSecretsWrite {
			t.Errorf("restoring %v: %v, want it to lack %s", keys, err, platform.ValuesSecretsWrite)
		}
	}
	if _, err := s.RestoreValues(t.Context(), plain, payments, 2, []string{"LEVEL"}, "", platform.Preconditions{}); err != nil {
		t.Errorf("restoring a plain one: %v", err)
	}
	if _, err := s.RestoreValues(t.Context(), developer, payments, 2, nil, "", platform.Preconditions{}); err != nil {
		t.Errorf("with the right: %v", err)
	}
}

// versionless is a store whose versions of values cannot be read.
type versionless struct{ platform.Store }

func (versionless) ValueVersion(context.Context, platform.ValueScope, int64) (platform.ValueVersion, error) {
	return platform.ValueVersion{}, errCut
}

// A change that is bound to a version, and comes again because its answer was lost, is answered by what it did; another one by the
// precondition that does not hold.
func TestChangeValues_againAfterALostAnswer(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("LEVEL", `1`))
	one := int64(1)
	bound := setValue("LEVEL", `2`)
	bound.Request = operationOne
	ask := func(c platform.Caller, ch platform.ValueChanges, pre platform.Preconditions) (platform.Values, error) {
		return s.ChangeValues(t.Context(), c, payments, ch, pre)
	}
	for range 2 { // the second time its answer was lost
		if values, err := ask(developer, bound, platform.Preconditions{Revision: &one}); err != nil || values.Head.Number != 2 {
			t.Fatalf("version %d, %v", values.Head.Number, err)
		}
	}
	s.change(t, payments, setValue("LEVEL", `3`))
	if values, err := ask(developer, bound, platform.Preconditions{Revision: &one}); err != nil || values.Head.Number != 3 {
		t.Errorf("after another change: version %d, %v", values.Head.Number, err)
	}
	if versions, _, err := s.ListValueVersions(t.Context(), developer, payments, platform.Page{Size: 9}); err != nil || len(versions) != 3 {
		t.Errorf("there are %d versions, %v", len(versions), err)
	}
	store := s.Store
	s.Store = versionless{store}
	if _, err := ask(developer, bound, platform.Preconditions{Revision: &one}); !errors.Is(err, errCut) {
		t.Errorf("while the version that it made cannot be read: %v", err)
	}
	s.Store = store
	other, unnamed, third := setValue("LEVEL", `9`), setValue("LEVEL", `2`), bound
	other.Request, third.Request = operationOne, operationThree
	for name, row := range map[string]struct {
		by platform.Caller
		ch platform.ValueChanges
	}{"another change": {developer, other}, "another id": {developer, third}, "no id": {developer, unnamed}, "somebody else": {owner, bound}} {
		if _, err := ask(row.by, row.ch, platform.Preconditions{Revision: &one}); platform.CodeOf(err) != platform.PreconditionFailed {
			t.Errorf("%s: %v", name, err)
		}
	}
	first := setValue("A", `1`)
	first.Request = operationTwo
	for range 2 {
		if values, err := s.ChangeValues(t.Context(), developer, paymentsDevValues, first, platform.Preconditions{MustNotExist: true}); err != nil || values.Head.Number != 1 {
			t.Errorf("the first of an environment: version %d, %v", values.Head.Number, err)
		}
	}
	bad := setValue("A", `1`)
	bad.Request = "no id"
	_, err := ask(developer, bad, platform.Preconditions{})
	mustCode(t, err, platform.Invalid)
}

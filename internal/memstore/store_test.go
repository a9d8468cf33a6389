package memstore_test

import (
	"testing"

	"github.com/lazuli-platform/lazuli/internal/memstore"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) platform.Store { return memstore.New() })
}

// What a caller does to what he gave or got changes nothing that is stored; nor does what is done to a copy of the store.
func TestStore_keepsItsOwn(t *testing.T) {
	s := memstore.New()
	env := platform.Environment{Project: "payments", Name: "dev", Resources: map[string]int{"vm": 1}, Outputs: []byte(`{"a":1}`),
		Failure: &platform.Failure{Remaining: []string{"db"}}}
	if err := s.Commit(t.Context(), platform.Transaction{Project: "payments", Environment: &env}); err != nil {
		t.Fatal(err)
	}
	other := s.Copy()
	read := func(s *memstore.Store) platform.Environment {
		got, err := s.Environment(t.Context(), "payments", "dev")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := read(s)
	for _, mine := range []platform.Environment{env, got} {
		mine.Resources["vm"], mine.Outputs[2], mine.Failure.Remaining[0] = 7, 'b', "x"
	}
	got.State = platform.Ready
	if err := other.Commit(t.Context(), platform.Transaction{Project: "payments", Environment: &got}); err != nil {
		t.Fatal(err)
	}
	if now := read(s); now.Resources["vm"] != 1 || string(now.Outputs) != `{"a":1}` || now.Failure.Remaining[0] != "db" || now.State != "" {
		t.Errorf("what is stored was changed from outside: %+v", now)
	}
	if now := read(other); now.State != platform.Ready {
		t.Errorf("the copy does not keep what it was given: %+v", now)
	}
}

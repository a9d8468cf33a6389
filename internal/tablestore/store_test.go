package tablestore_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/oklog/ulid/v2"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/storetest"
	"github.com/lazuli-platform/lazuli/internal/tablestore"
)

var testKey = base64.StdEncoding.EncodeToString([]byte("a key of 32 bytes, for tests only"))

func newULID() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }

// serve starts the table server that `lazuli up` embeds and returns its connection string.
func serve(t testing.TB) string {
	t.Helper()
	server, err := tables.Open(tables.Config{File: filepath.Join(t.TempDir(), "tables.db"), Account: "lazuli", Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(func() {
		web.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.ConnectionString(web.Listener.Addr().String())
}

func open(t testing.TB, connection string, transport policy.Transporter) *tablestore.Store {
	t.Helper()
	store, err := tablestore.New(tablestore.Config{ConnectionString: connection, NewID: newULID, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestStore_local(t *testing.T) {
	connection := serve(t)
	storetest.Run(t, func(t *testing.T) platform.Store { return open(t, connection, nil) })
}

// TestStore_external runs the same suite against an emulator such as Azurite, or a real account.
func TestStore_external(t *testing.T) {
	connection, endpoint := os.Getenv("LAZULI_TEST_TABLES_CONNECTION_STRING"), os.Getenv("LAZULI_TEST_TABLES_ENDPOINT")
	if connection == "" && endpoint == "" {
		t.Skip("SKIPPED: set LAZULI_TEST_TABLES_CONNECTION_STRING (emulator) or LAZULI_TEST_TABLES_ENDPOINT (Azure) to run the suite there")
	}
	store, err := tablestore.New(tablestore.Config{ConnectionString: connection, Endpoint: endpoint, NewID: newULID})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(*testing.T) platform.Store { return store })
}

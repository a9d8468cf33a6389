package sandbox_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

func execute(t *testing.T, dsn, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), sql)
	return err
}

func TestDatabases_privateCluster(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{})
	if !strings.HasPrefix(w.box.DatabaseServer(), "PostgreSQL") {
		t.Skip("SKIPPED: PostgreSQL is not installed, so the private cluster cannot be tried")
	}
	db := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{})
	if db.Honesty != sandboxapi.Real || !strings.Contains(db.Implementation, "private cluster") {
		t.Errorf("it says of itself %s, %s", db.Honesty, db.Implementation)
	}
	if again := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{}); again != db {
		t.Errorf("asking again gave %v, had %v", again, db)
	}
	if err := execute(t, db.URL, "CREATE TABLE orders (id int)"); err != nil {
		t.Fatal(err)
	}
	off := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{Power: sandboxapi.Off})
	if off.Power != sandboxapi.Off || execute(t, db.URL, "SELECT 1") == nil {
		t.Errorf("a database that is %s lets somebody in", off.Power)
	}
	if on := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{}); on != db {
		t.Errorf("on again it is %v, was %v", on, db)
	}
	if err := execute(t, db.URL, "SELECT * FROM orders"); err != nil {
		t.Errorf("what it held is gone after it was off: %v", err)
	}
	neighbour := put[sandboxapi.Database](w, sandboxapi.Databases, named("other"), sandboxapi.DatabaseSpec{})
	stolen, err := url.Parse(neighbour.URL)
	if err != nil {
		t.Fatal(err)
	}
	stolen.User = url.UserPassword(db.Username, db.Password)
	if execute(t, stolen.String(), "SELECT 1") == nil {
		t.Error("one database's role may enter another one")
	}

	w.stop()
	if execute(t, db.URL, "SELECT 1") == nil {
		t.Error("the server goes on after Close")
	}
	w.start()
	var after sandboxapi.Database
	if err := w.api.Get(t.Context(), sandboxapi.Databases, named("db"), &after); err != nil || after.URL != db.URL {
		t.Fatalf("after a restart the address is %q (%v), was %q", after.URL, err, db.URL)
	}
	if err := execute(t, db.URL, "INSERT INTO orders VALUES (1)"); err != nil {
		t.Errorf("after a restart: %v", err)
	}

	// A connection that stays open must not keep the database from going.
	conn, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	w.wantLeft("databases/db", "databases/other")
	w.remove(sandboxapi.Databases, named("db"))
	w.remove(sandboxapi.Databases, named("other"))
	w.wantLeft()

	t.Run("server of the user", func(t *testing.T) { usersServer(t, w) })
}

// usersServer makes databases in a server that was given, here the cluster of another sandbox.
func usersServer(t *testing.T, host *world) {
	admin := put[sandboxapi.Database](host, sandboxapi.Databases, named("host"), sandboxapi.DatabaseSpec{})
	state, err := os.ReadFile(host.cfg.Dir + "/postgres.json")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(state), `"password":"`)
	password, _, _ := strings.Cut(rest, `"`)
	dsn := strings.Replace(admin.URL, admin.Username+":"+admin.Password, "lazuli:"+password, 1)
	guest := newWorld(t, sandbox.PostgresConfig{DSN: dsn})
	db := put[sandboxapi.Database](guest, sandboxapi.Databases, named("guest"), sandboxapi.DatabaseSpec{})
	if err := execute(t, db.URL, "CREATE TABLE orders (id int)"); err != nil || !strings.Contains(db.Implementation, "your server") {
		t.Errorf("a database in the user's server: %v (%s)", err, db.Implementation)
	}
	guest.remove(sandboxapi.Databases, named("guest"))
}

func TestDatabases_sqlite(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	db := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{})
	if db.Honesty != sandboxapi.StandIn || !strings.HasPrefix(db.URL, "sqlite:///") || db.Port != 0 {
		t.Errorf("the file is described as %+v", db)
	}
	site := put[sandboxapi.Site](w, sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Settings: map[string]string{"DATABASE_URL": db.URL}})
	if status, body := w.visit(site.URL); status != 200 || !strings.Contains(body, "The database answers: SQLite") {
		t.Errorf("the site answers %d %s", status, body)
	}
	if err := os.Remove(strings.TrimPrefix(db.URL, "sqlite://")); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.visit(site.URL); status != 503 {
		t.Errorf("without its database the site answers %d, want 503", status)
	}
	w.wantGone(sandboxapi.Databases, named("db"))
	w.remove(sandboxapi.Databases, named("db"))
	w.remove(sandboxapi.Sites, named("site"))
	w.wantLeft()
}

package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// databaseServer makes databases somewhere.
type databaseServer interface {
	// key is stored with each database, to find its server again.
	key() string
	implementation() string
	honesty() sandboxapi.Honesty
	// ensure makes the role and the database, or mends them to the same password and power.
	ensure(ctx context.Context, db databaseRecord) error
	// exists looks at the server.
	exists(ctx context.Context, name string) (bool, error)
	// power looks at the server too.
	power(ctx context.Context, db databaseRecord) (sandboxapi.Power, error)
	// drop removes database and role, whoever is connected.
	drop(ctx context.Context, name string) error
	// describe fills in host, port and URL as they are now.
	describe(ctx context.Context, record databaseRecord, db *sandboxapi.Database) error
	// tagged lists what the server itself has under a project and environment.
	tagged(ctx context.Context, project, environment string) ([]databaseRecord, error)
}

// databaseRecord is what is stored for each database.
type databaseRecord struct {
	ID       sandboxapi.ID `json:"id"`
	Server   string        `json:"server"` // databaseServer.key
	Name     string        `json:"name"`   // of the role and of the database
	Password string        `json:"password"`

	Power sandboxapi.Power `json:"power,omitempty"` // that was asked for; empty is on
}

// databases is the kind that makes databases, in the best server there is.
type databases struct {
	store   *store
	servers []databaseServer // the first one gets new databases
	cluster *cluster         // nil where there is no private cluster
}

// newDatabases chooses the server: the user's DSN, else a private cluster where PostgreSQL is installed, else SQLite.
// SQLite stays in the list to serve what was made before PostgreSQL was there.
func newDatabases(cfg Config, st *store) *databases {
	d := &databases{store: st}
	switch {
	case cfg.Postgres.DSN != "":
		d.servers = append(d.servers, &postgresServer{name: "dsn", label: "your server", admin: func(context.Context) (string, error) { return cfg.Postgres.DSN, nil }})
	case !cfg.Postgres.Disabled:
		if bin, ok := findPostgres(cfg.Postgres.BinDir); ok {
			d.cluster = newCluster(cfg.Dir, bin, cfg.Logger)
			d.servers = append(d.servers, &postgresServer{name: "cluster", label: "private cluster", admin: d.cluster.dsn})
		}
	}
	d.servers = append(d.servers, &sqliteServer{root: filepath.Join(cfg.Dir, "sqlite")})
	return d
}

func (d *databases) preferred() databaseServer { return d.servers[0] }

// warm starts the private server ahead of the first request; a failure is told by the request that needs it.
func (d *databases) warm(ctx context.Context) {
	if d.cluster != nil {
		if _, err := d.cluster.dsn(ctx); err != nil && ctx.Err() == nil {
			d.cluster.logger.Warn("the private PostgreSQL server does not start; the next request for a database tries again", "error", err)
		}
	}
}

func (d *databases) close(ctx context.Context) error {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.stop(ctx)
}

func (d *databases) server(key string) (databaseServer, error) {
	for _, s := range d.servers {
		if s.key() == key {
			return s, nil
		}
	}
	return nil, problem(http.StatusConflict, "serverGone",
		"The server (%s) that holds this database is not available in this run of the sandbox. Start it again with the same PostgreSQL settings.", key)
}

func (d *databases) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.DatabaseSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	spec.Power = cmp.Or(spec.Power, sandboxapi.On)
	if spec.Power != sandboxapi.On && spec.Power != sandboxapi.Off {
		return nil, invalid("power is %q; it can be on or off.", spec.Power)
	}
	var record databaseRecord
	found, err := d.store.get(string(sandboxapi.Databases), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		record = databaseRecord{ID: id, Server: d.preferred().key(), Name: shortened(id.Project+"_"+id.Environment+"_"+id.Name, 63), Password: rand.Text()}
	}
	if record.Power != spec.Power {
		record.Power = spec.Power
		if err := d.store.put(string(sandboxapi.Databases), id.String(), record); err != nil {
			return nil, err
		}
	}
	server, err := d.server(record.Server)
	if err != nil {
		return nil, err
	}
	if err := server.ensure(ctx, record); err != nil {
		return nil, fmt.Errorf("make database %s: %w", id, err)
	}
	return d.describe(ctx, server, record)
}

func (d *databases) describe(ctx context.Context, server databaseServer, record databaseRecord) (any, error) {
	db := sandboxapi.Database{
		Origin:   sandboxapi.Origin{ID: record.ID, Implementation: server.implementation(), Honesty: server.honesty()},
		Database: record.Name, Username: record.Name, Password: record.Password,
	}
	if err := server.describe(ctx, record, &db); err != nil {
		return nil, fmt.Errorf("describe database %s: %w", record.ID, err)
	}
	var err error
	if db.Power, err = server.power(ctx, record); err != nil {
		return nil, fmt.Errorf("look at database %s: %w", record.ID, err)
	}
	return db, nil
}

func (d *databases) get(ctx context.Context, id sandboxapi.ID) (any, error) {
	var record databaseRecord
	found, err := d.store.get(string(sandboxapi.Databases), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("database " + id.String())
	}
	server, err := d.server(record.Server)
	if err != nil {
		return nil, err
	}
	exists, err := server.exists(ctx, record.Name)
	if err != nil {
		return nil, fmt.Errorf("look for database %s: %w", id, err)
	}
	if !exists {
		return nil, notFound("database " + id.String())
	}
	return d.describe(ctx, server, record)
}

func (d *databases) remove(ctx context.Context, id sandboxapi.ID) error {
	var record databaseRecord
	found, err := d.store.get(string(sandboxapi.Databases), id.String(), &record)
	if err != nil || !found {
		return err
	}
	server, err := d.server(record.Server)
	if err != nil {
		return err
	}
	if err := server.drop(ctx, record.Name); err != nil {
		return fmt.Errorf("drop database %s: %w", id, err)
	}
	return d.store.remove(string(sandboxapi.Databases), id.String())
}

// leftovers joins the records with what each server has, so that a database without a record is seen too.
func (d *databases) leftovers(ctx context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	found := map[string]sandboxapi.Leftover{}
	add := func(id sandboxapi.ID, name string) {
		found[id.String()+" "+name] = sandboxapi.Leftover{Kind: sandboxapi.Databases, ID: id, What: "database " + name}
	}
	ids, err := d.store.ids(sandboxapi.Databases, project, environment)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		var record databaseRecord
		if _, err := d.store.get(string(sandboxapi.Databases), id.String(), &record); err != nil {
			return nil, err
		}
		add(id, record.Name)
	}
	for _, server := range d.servers {
		records, err := server.tagged(ctx, project, environment)
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", server.implementation(), err)
		}
		for _, record := range records {
			add(record.ID, record.Name)
		}
	}
	items := make([]sandboxapi.Leftover, 0, len(found))
	for _, item := range found {
		items = append(items, item)
	}
	return items, nil
}

// shortened keeps a name within limit bytes; a cut one ends in a digest of the whole, so that two never become one.
func shortened(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:limit-9] + "-" + hex.EncodeToString(sum[:4])
}

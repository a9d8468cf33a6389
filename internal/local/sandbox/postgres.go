package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// PostgresConfig says which PostgreSQL the sandbox may use. The zero value looks for an installed one.
type PostgresConfig struct {
	DSN      string // administrator's URL of a server to make roles and databases in
	BinDir   string // folder with initdb and pg_ctl; empty looks on the PATH and in the usual places
	Disabled bool   // use SQLite even where PostgreSQL is installed
}

// postgresServer makes roles and databases in a PostgreSQL server.
type postgresServer struct {
	name  string
	label string
	admin func(ctx context.Context) (string, error) // the administrator's URL, of a server that is up

	version atomic.Value // string, learnt at the first connection
}

// sqlTimeout bounds the work on one database.
const sqlTimeout = 30 * time.Second

// tagPrefix begins the comment that tells whose a database is; the rest is the id as JSON.
const tagPrefix = "lazuli "

func (p *postgresServer) key() string                 { return p.name }
func (p *postgresServer) honesty() sandboxapi.Honesty { return sandboxapi.Real }

func (p *postgresServer) implementation() string {
	if version, ok := p.version.Load().(string); ok {
		return "PostgreSQL " + version + " (" + p.label + ")"
	}
	return "PostgreSQL (" + p.label + ")"
}

// connect opens an administrator's connection and calls op with it.
func (p *postgresServer) connect(ctx context.Context, op func(ctx context.Context, conn *pgx.Conn) error) error {
	dsn, err := p.admin(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sqlTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // the work is done: a failing goodbye changes nothing
	version, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	p.version.Store(version)
	return op(ctx, conn)
}

func (p *postgresServer) ensure(ctx context.Context, db databaseRecord) error {
	return p.connect(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		name := pgx.Identifier{db.Name}.Sanitize()
		verb := "CREATE"
		if exists, err := ask(ctx, conn, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", db.Name); err != nil {
			return err
		} else if exists {
			verb = "ALTER"
		}
		// DDL takes no parameters. Passwords are our own, of letters and digits.
		if _, err := conn.Exec(ctx, verb+" ROLE "+name+" LOGIN PASSWORD '"+db.Password+"'"); err != nil {
			return fmt.Errorf("role %s: %w", db.Name, err)
		}
		exists, err := ask(ctx, conn, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", db.Name)
		if err != nil {
			return err
		}
		if !exists {
			// A managed server's administrator is no superuser and must be a member of the role to give it a database.
			if _, err := conn.Exec(ctx, "GRANT "+name+" TO CURRENT_USER"); err != nil {
				return fmt.Errorf("grant role %s: %w", db.Name, err)
			}
			if _, err := conn.Exec(ctx, "CREATE DATABASE "+name+" OWNER "+name); err != nil {
				return fmt.Errorf("database %s: %w", db.Name, err)
			}
		}
		tag, err := json.Marshal(db.ID)
		if err != nil {
			return fmt.Errorf("tag database %s: %w", db.Name, err)
		}
		for _, statement := range []string{
			"REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC", // one environment must not read another's
			"COMMENT ON DATABASE " + name + " IS '" + tagPrefix + string(tag) + "'",
		} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return fmt.Errorf("set up database %s: %w", db.Name, err)
			}
		}
		return switchDatabase(ctx, conn, db)
	})
}

// switchDatabase lets nobody into a database that is off, and sends away who is there. The server goes on: it has other databases.
func switchDatabase(ctx context.Context, conn *pgx.Conn, db databaseRecord) error {
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+pgx.Identifier{db.Name}.Sanitize()+" WITH ALLOW_CONNECTIONS "+strconv.FormatBool(db.Power != sandboxapi.Off)); err != nil {
		return fmt.Errorf("switch database %s: %w", db.Name, err)
	}
	if db.Power != sandboxapi.Off {
		return nil
	}
	if _, err := conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", db.Name); err != nil {
		return fmt.Errorf("end connections to database %s: %w", db.Name, err)
	}
	return nil
}

func (p *postgresServer) power(ctx context.Context, db databaseRecord) (power sandboxapi.Power, err error) {
	err = p.connect(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		on, err := ask(ctx, conn, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datallowconn)", db.Name)
		if power = sandboxapi.Off; on {
			power = sandboxapi.On
		}
		return err
	})
	return power, err
}

func ask(ctx context.Context, conn *pgx.Conn, sql string, args ...any) (bool, error) {
	var yes bool
	if err := conn.QueryRow(ctx, sql, args...).Scan(&yes); err != nil {
		return false, fmt.Errorf("look into the server's catalog: %w", err)
	}
	return yes, nil
}

// exists wants both: a role that was dropped by hand is as much of a change as a database.
func (p *postgresServer) exists(ctx context.Context, name string) (exists bool, err error) {
	err = p.connect(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		exists, err = ask(ctx, conn, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AND EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name)
		return err
	})
	return exists, err
}

func (p *postgresServer) drop(ctx context.Context, name string) error {
	return p.connect(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		quoted := pgx.Identifier{name}.Sanitize()
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)"); err != nil {
			return fmt.Errorf("database %s: %w", name, err)
		}
		if _, err := conn.Exec(ctx, "DROP ROLE IF EXISTS "+quoted); err != nil {
			return fmt.Errorf("role %s: %w", name, err)
		}
		return nil
	})
}

func (p *postgresServer) describe(ctx context.Context, record databaseRecord, db *sandboxapi.Database) error {
	dsn, err := p.admin(ctx)
	if err != nil {
		return err
	}
	server, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("read the server's address: %w", err)
	}
	db.Host, db.Port = server.Host, int(server.Port)
	mode := "disable"
	if server.TLSConfig != nil {
		mode = "require"
	}
	db.URL = (&url.URL{
		Scheme: "postgres", User: url.UserPassword(record.Name, record.Password),
		Host: net.JoinHostPort(server.Host, strconv.Itoa(int(server.Port))), Path: "/" + record.Name, RawQuery: "sslmode=" + mode,
	}).String()
	return nil
}

func (p *postgresServer) tagged(ctx context.Context, project, environment string) (records []databaseRecord, err error) {
	err = p.connect(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(shobj_description(oid, 'pg_database'), $1)", tagPrefix)
		if err != nil {
			return fmt.Errorf("list databases: %w", err)
		}
		var name, tag string
		_, err = pgx.ForEachRow(rows, []any{&name, &tag}, func() error {
			record := databaseRecord{Name: name}
			if err := json.Unmarshal([]byte(tag[len(tagPrefix):]), &record.ID); err != nil {
				return fmt.Errorf("tag of database %s: %w", name, err)
			}
			if record.ID.Project == project && record.ID.Environment == environment {
				records = append(records, record)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("list databases: %w", err)
		}
		return nil
	})
	return records, err
}

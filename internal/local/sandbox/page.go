package sandbox

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// pageData is what page.html shows.
type pageData struct {
	Title    string
	Message  string
	Where    string // project/environment/name, on the default page
	Database string // the server's answer; empty where there is none
	Failure  string // why the database does not answer
	Settings bool
}

// visitTimeout bounds the attempt to reach the database while a visitor waits.
const visitTimeout = 3 * time.Second

// defaultPage is what a site without a source shows: its title, and whether it reaches its database, by asking it.
// Health probes read the status: 503 when there is a DATABASE_URL that does not work.
func defaultPage(record siteRecord) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		data := pageData{Title: cmp.Or(record.Spec.Settings["TITLE"], record.ID.Name), Where: record.ID.String(), Settings: true}
		status := http.StatusOK
		if dsn, given := record.Spec.Settings["DATABASE_URL"]; given {
			ctx, cancel := context.WithTimeout(r.Context(), visitTimeout)
			defer cancel()
			version, err := askDatabase(ctx, dsn)
			if err != nil {
				data.Failure, status = err.Error(), http.StatusServiceUnavailable
			}
			data.Database = version
		}
		writePage(w, status, data)
	})
}

// sitePage tells a visitor why there is nothing to see.
func sitePage(w http.ResponseWriter, status int, title, message string) {
	writePage(w, status, pageData{Title: title, Message: message})
}

func writePage(w http.ResponseWriter, status int, data pageData) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	_ = page.Execute(w, data) // the visitor has gone away
}

// askDatabase connects and asks for the server's version. Errors name no address with a password in it.
func askDatabase(ctx context.Context, dsn string) (string, error) {
	if strings.HasPrefix(dsn, "sqlite:") {
		return askSQLite(ctx, dsn)
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		var refused *pgconn.ParseConfigError
		if errors.As(err, &refused) {
			return "", errors.New("DATABASE_URL is no address of a PostgreSQL database")
		}
		return "", fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // the answer is here already
	var version string
	if err := conn.QueryRow(ctx, "SELECT version()").Scan(&version); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	short, _, _ := strings.Cut(version, " (")
	short, _, _ = strings.Cut(short, " on ")
	return short, nil
}

// askSQLite never creates the file: one that was deleted must not come back by a visit.
func askSQLite(ctx context.Context, dsn string) (string, error) {
	address, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("DATABASE_URL is no address of a SQLite file")
	}
	path := filepath.FromSlash(address.Path)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no file %s", path)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	defer func() { _ = db.Close() }() // only read from
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	return "SQLite " + version, nil
}

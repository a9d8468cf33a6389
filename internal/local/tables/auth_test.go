package tables_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

func withClock(now func() time.Time) func(*tables.Config) {
	return func(c *tables.Config) { c.Now = now }
}

func TestAuth_refusals(t *testing.T) {
	w := start(t)
	date := time.Now().UTC().Format(http.TimeFormat)
	old := time.Now().Add(-16 * time.Minute).UTC().Format(http.TimeFormat)
	early := time.Now().Add(16 * time.Minute).UTC().Format(http.TimeFormat)
	const path = "/lazuli/Tables"
	lite := func(who, date string) string {
		return "SharedKeyLite " + who + ":" + sign(date+"\n/lazuli"+path)
	}
	for name, headers := range map[string][]string{
		"nothing":           {"Authorization", "none"},
		"bearer":            {"Authorization", "Bearer abc"},
		"other account":     {"Authorization", lite("other", date), "x-ms-date", date},
		"wrong signature":   {"Authorization", "SharedKeyLite lazuli:" + sign("something else"), "x-ms-date", date},
		"broken signature":  {"Authorization", "SharedKeyLite lazuli:???", "x-ms-date", date},
		"too old":           {"Authorization", lite("lazuli", old), "x-ms-date", old},
		"too early":         {"Authorization", lite("lazuli", early), "x-ms-date", early},
		"no date":           {"Authorization", lite("lazuli", ""), "x-ms-date", ""},
		"no date at all":    {"Authorization", lite("lazuli", "soon"), "x-ms-date", "soon"},
		"date not signed":   {"Authorization", lite("lazuli", old), "x-ms-date", date},
		"unknown algorithm": {"Authorization", "SharedKeyMax lazuli:" + sign(date+"\n/lazuli"+path), "x-ms-date", date},
	} {
		t.Run(name, func(t *testing.T) {
			answer, body := w.send("GET", path, "", headers...)
			wantRefusal(t, answer, body, 403, "AuthenticationFailed")
		})
	}
}

func TestAuth_sharedKey(t *testing.T) {
	w := start(t)
	date := time.Now().UTC().Format(http.TimeFormat)
	signed := "GET\n\napplication/json\n" + date + "\n/lazuli/lazuli/Tables"
	answer, body := w.send("GET", "/lazuli/Tables", "", "x-ms-date", date, "Authorization", "SharedKey lazuli:"+sign(signed))
	if answer.StatusCode != 200 {
		t.Errorf("got %d: %s", answer.StatusCode, body)
	}
}

func TestAuth_pathIsSignedAsSent(t *testing.T) {
	w := start(t)
	w.table("things")
	answer, body := w.send("GET", "/lazuli/things(PartitionKey='a%20b',RowKey='o%27%27c')", "")
	wantRefusal(t, answer, body, 404, "ResourceNotFound")
}

func TestOpen_refusesBadConfig(t *testing.T) {
	good := tables.Config{File: t.TempDir() + "/x.db", Account: account, Key: accountKey}
	for name, change := range map[string]func(*tables.Config){
		"account":   func(c *tables.Config) { c.Account = "No/Good" },
		"no key":    func(c *tables.Config) { c.Key = "" },
		"short key": func(c *tables.Config) { c.Key = "YWJj" },
		"no base64": func(c *tables.Config) { c.Key = "%%%" },
		"folder":    func(c *tables.Config) { c.File = t.TempDir() },
	} {
		config := good
		change(&config)
		if server, err := tables.Open(config); err == nil {
			t.Errorf("%s: opened", name)
			_ = server.Close()
		}
	}
}

func TestOpen_fileInUse(t *testing.T) {
	config := tables.Config{File: t.TempDir() + "/x.db", Account: account, Key: accountKey}
	first, err := tables.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := tables.Open(config); err == nil {
		t.Error("two servers opened one file")
		_ = second.Close()
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

package tables_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

func TestMain(m *testing.M) {
	if file := os.Getenv("TABLES_TEST_SERVE"); file != "" {
		fmt.Fprintln(os.Stderr, serveForever(file))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serveForever is the child of the tests that kill a server: it prints how to reach it and serves until it is killed.
func serveForever(file string) error {
	server, err := tables.Open(tables.Config{File: file, Account: account, Key: accountKey})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(server.ConnectionString(listener.Addr().String()))
	return (&http.Server{Handler: server, ReadHeaderTimeout: time.Minute}).Serve(listener)
}

// serveInChild starts a server in a process of its own and returns its connection string and how to kill -9 it.
func serveInChild(t *testing.T, file string, change ...func(*exec.Cmd)) (connection string, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self) //nolint:gosec // this very test binary
	child.Env = append(os.Environ(), "TABLES_TEST_SERVE="+file)
	child.Stderr = os.Stderr
	for _, c := range change {
		c(child)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = child.Process.Kill()
		_ = child.Wait() // it was killed, which is no news
	})
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server in the child said nothing: %v", err)
	}
	return strings.TrimSpace(line), kill
}

// What was acknowledged is there after kill -9, and an ETag from before still fits.
func TestDurable_acknowledgedSurvivesKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "tables.db")
	connection, kill := serveInChild(t, file)
	service := sdkClient(t, connection)
	if _, err := service.CreateTable(t.Context(), "things", nil); err != nil {
		t.Fatal(err)
	}
	c := service.NewClient("things")
	acknowledged := make([]map[string]azcore.ETag, 8)
	var writers sync.WaitGroup
	for i := range acknowledged {
		acknowledged[i] = map[string]azcore.ETag{}
		writers.Go(func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d-%d", i, n)
				answer, err := c.AddEntity(context.Background(), row(t, "p", key), nil)
				if err != nil {
					return // killed
				}
				acknowledged[i][key] = answer.ETag
				if i == 0 && n == 40 {
					kill()
				}
			}
		})
	}
	writers.Wait()

	connection, _ = serveInChild(t, file)
	c = sdkClient(t, connection).NewClient("things")
	total := 0
	for _, some := range acknowledged {
		total += len(some)
		for key, etag := range some {
			answer, err := c.GetEntity(t.Context(), "p", key, nil)
			if err != nil {
				t.Errorf("acknowledged row %s: %v", key, err)
			} else if answer.ETag != etag {
				t.Errorf("row %s has ETag %s, acknowledged was %s", key, answer.ETag, etag)
			}
		}
	}
	if total < 40 {
		t.Errorf("only %d rows were acknowledged before the kill", total)
	}
}

func TestDurable_etagsDoNotRepeatWhenTheClockGoesBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tables.db")
	newest := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	var first azcore.ETag
	for _, now := range []time.Time{newest, newest.Add(-time.Hour)} {
		t.Run(now.String(), func(t *testing.T) {
			w := start(t, func(c *tables.Config) { c.File, c.Now = file, func() time.Time { return now } })
			if first == "" {
				first = addUnsigned(t, w, now)
				return
			}
			if second := addUnsigned(t, w, now); second <= first {
				t.Errorf("ETag %s does not come after %s", second, first)
			}
		})
	}
}

// addUnsigned upserts a row of its own table with a request that is dated by the server's clock.
func addUnsigned(t *testing.T, w *world, now time.Time) azcore.ETag {
	t.Helper()
	date := now.UTC().Format(http.TimeFormat)
	w.send("POST", "/lazuli/Tables", `{"TableName":"things"}`, "x-ms-date", date)
	answer, body := w.send("PUT", "/lazuli/things(PartitionKey='p',RowKey='r')", `{}`, "x-ms-date", date)
	if answer.StatusCode != 204 {
		t.Fatalf("got %d %s", answer.StatusCode, body)
	}
	return azcore.ETag(answer.Header.Get("ETag"))
}

func TestClose_refusesLaterRequests(t *testing.T) {
	server, err := tables.Open(tables.Config{File: filepath.Join(t.TempDir(), "x.db"), Account: account, Key: accountKey})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(listener) }()
	defer func() { _ = web.Close() }()
	service := sdkClient(t, server.ConnectionString(listener.Addr().String()))
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = service.CreateTable(t.Context(), "things", nil)
	wantCode(t, err, 503, "ServerBusy")
	_, err = service.NewListTablesPager(nil).NextPage(t.Context())
	wantCode(t, err, 503, "ServerBusy")
}

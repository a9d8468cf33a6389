// Command handler is a custom handler for the tests of the host. It tells the tests what reached it, and misbehaves
// on request.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	fmt.Println("handler says hello")
	fmt.Fprintln(os.Stderr, "this is a warning")
	fmt.Fprintln(os.Stderr, "this is bad")
	if _, err := os.Stat(os.Getenv("CRASH_WHILE")); err == nil {
		os.Exit(7)
	}
	if delay, err := time.ParseDuration(os.Getenv("START_DELAY")); err == nil {
		<-time.After(delay)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	http.HandleFunc("/v1/echo/", echo)
	http.HandleFunc("/v1/exit/{code}", exit)
	http.HandleFunc("/v1/hang", func(http.ResponseWriter, *http.Request) { select {} })
	http.HandleFunc("/v1/moved", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.Redirect(w, r, "/v1/elsewhere", http.StatusFound)
	})
	http.HandleFunc("POST /{function}", invocation)
	address := "127.0.0.1:" + os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT")
	fmt.Fprintln(os.Stderr, http.ListenAndServe(address, nil)) // #nosec G114 -- a test program
	os.Exit(1)
}

// echo answers what reached it.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Handler", "yes")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "uri": r.RequestURI, "host": r.Host, "header": r.Header, "body": string(body),
		"app": os.Getenv("FUNCTIONS_APP_ROOT_PATH"), "worker": os.Getenv("FUNCTIONS_CUSTOMHANDLER_WORKER_ID"),
		"setting": os.Getenv("SOME_SETTING"), "args": os.Args[1:], "pid": os.Getpid(),
	})
}

func exit(_ http.ResponseWriter, r *http.Request) {
	code, _ := strconv.Atoi(r.PathValue("code"))
	fmt.Fprintln(os.Stderr, "leaving with", code)
	os.Exit(code)
}

// invocation reports the envelope to the test and does what the test answers: "ok", "fail", "empty" or "wait".
func invocation(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	report, _ := json.Marshal(map[string]any{
		"function": r.PathValue("function"), "chunked": len(r.TransferEncoding) > 0, "header": r.Header,
		"body": json.RawMessage(body), "pid": os.Getpid(),
	})
	response, err := http.Post(os.Getenv("REPORT_TO"), "application/json", bytes.NewReader(report)) // #nosec G107 -- the test's own server
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	defer response.Body.Close()
	verdict, _ := io.ReadAll(response.Body)
	w.Header().Set("Content-Type", "application/json")
	switch strings.TrimSpace(string(verdict)) {
	case "fail":
		w.WriteHeader(http.StatusInternalServerError)
	case "empty":
	default:
		_, _ = io.WriteString(w, `{"Logs":["done"]}`)
	}
}

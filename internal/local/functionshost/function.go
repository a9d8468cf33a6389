package functionshost

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/route"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost/schedule"
)

// function is one indexed function. Exactly one of http, bus and timer is set.
type function struct {
	name     string
	trigger  binding
	disabled bool
	document json.RawMessage // function.json as it stands, shown by /admin/functions

	http  *httpTrigger
	bus   *busTrigger
	timer *timerTrigger
}

type httpTrigger struct {
	template *route.Template
	methods  []string // upper case; nil: all
}

type busTrigger struct {
	queue, topic, subscription string
	sessions                   bool
	connection                 connection
}

type timerTrigger struct {
	schedule     schedule.Schedule
	monitored    bool // useMonitor; the host keeps no status of timers that fire more often than once a minute
	runOnStartup bool
}

// binding is what this host reads of a member of "bindings".
type binding struct {
	Type              string    `json:"type"`
	Direction         string    `json:"direction"`
	Name              string    `json:"name"`
	DataType          string    `json:"dataType"`
	AuthLevel         string    `json:"authLevel"`
	Methods           *[]string `json:"methods"`
	Route             string    `json:"route"`
	QueueName         string    `json:"queueName"`
	TopicName         string    `json:"topicName"`
	SubscriptionName  string    `json:"subscriptionName"`
	Connection        string    `json:"connection"`
	IsSessionsEnabled bool      `json:"isSessionsEnabled"`
	Cardinality       string    `json:"cardinality"`
	Schedule          string    `json:"schedule"`
	RunOnStartup      bool      `json:"runOnStartup"`
	UseMonitor        *bool     `json:"useMonitor"`
}

func (b binding) is(kind string) bool { return strings.EqualFold(b.Type, kind) }

// index is what the host found in the app folder: functions in the order that decides routing, and the errors
// of those that were left out.
type index struct {
	functions []*function
	inError   map[string]error
}

// readFunctions indexes the direct sub-folders of root. An error stops the host; what concerns one function
// alone goes to inError and all others run.
func readFunctions(root string, file *hostFile, s settings) (*index, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("list functions: %w", err)
	}
	found := &index{inError: map[string]error{}}
	for _, entry := range entries {
		name := entry.Name()
		path := filepath.Join(root, name, "function.json")
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || isNotFolder(err) || !allowed(file.Functions, name) {
			continue
		}
		var f *function
		if err == nil {
			f, err = parseFunction(name, content, file, s)
		}
		var fatal stopsHost
		switch {
		case errors.As(err, &fatal):
			return nil, fmt.Errorf("function %s: %w", name, err)
		case err != nil:
			found.inError[name] = err
		default:
			found.functions = append(found.functions, f)
		}
	}
	slices.SortFunc(found.functions, func(a, b *function) int {
		return strings.Compare(strings.ToUpper(a.name), strings.ToUpper(b.name)) // ordinal, without case
	})
	found.dropConflicts()
	return found, nil
}

// isNotFolder recognizes what reading <file>/function.json gives.
func isNotFolder(err error) bool {
	var pathError *fs.PathError
	return errors.As(err, &pathError) && strings.Contains(pathError.Err.Error(), "not a directory")
}

func allowed(list []string, name string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(item string) bool { return strings.EqualFold(item, name) })
}

// dropConflicts keeps the first of two functions with one name, or with the same template and a common method.
// The check is textual: items/{id} and items/{name} pass, and the first in order takes all requests.
func (x *index) dropConflicts() {
	kept := x.functions[:0]
	for _, f := range x.functions {
		var conflict error
		for _, earlier := range kept {
			switch {
			case strings.EqualFold(earlier.name, f.name):
				conflict = fmt.Errorf("the function %s has the same name but for case", earlier.name)
			case f.http != nil && earlier.http != nil && f.http.conflicts(earlier.http):
				conflict = fmt.Errorf("the route specified conflicts with the route defined by function '%s'", earlier.name)
			}
		}
		if conflict != nil {
			x.inError[f.name] = conflict
			continue
		}
		kept = append(kept, f)
	}
	x.functions = kept
}

func (t *httpTrigger) conflicts(other *httpTrigger) bool {
	if !strings.EqualFold(t.template.String(), other.template.String()) {
		return false
	}
	if t.methods == nil || other.methods == nil {
		return true
	}
	return slices.ContainsFunc(t.methods, func(m string) bool { return slices.Contains(other.methods, m) })
}

func (t *httpTrigger) takes(method string) bool {
	return t.methods == nil || slices.Contains(t.methods, method)
}

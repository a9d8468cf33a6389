package functionshost

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/schedule"
)

// hostFile is what this host reads of host.json.
type hostFile struct {
	Version         string          `json:"version"`
	FunctionTimeout span            `json:"functionTimeout"`
	Functions       []string        `json:"functions"`
	ExtensionBundle json.RawMessage `json:"extensionBundle"`
	Extensions      struct {
		HTTP struct {
			RoutePrefix   *string           `json:"routePrefix"`
			CustomHeaders map[string]string `json:"customHeaders"`
		} `json:"http"`
		ServiceBus busOptions `json:"serviceBus"`
	} `json:"extensions"`
	CustomHandler *customHandler `json:"customHandler"`
}

type customHandler struct {
	Description *struct {
		DefaultExecutablePath string   `json:"defaultExecutablePath"`
		DefaultWorkerPath     string   `json:"defaultWorkerPath"`
		Arguments             []string `json:"arguments"`
		WorkerArguments       []string `json:"workerArguments"`
		WorkerDirectory       string   `json:"workerDirectory"`
		WorkingDirectory      string   `json:"workingDirectory"`
		ErrorsOnly            *flag    `json:"useStdErrorStreamForErrorsOnly"`
	} `json:"description"`
	EnableForwarding      flag `json:"enableForwardingHttpRequest"`
	InitializationTimeout span `json:"initializationTimeout"`
}

// busOptions are extensions.serviceBus of host.json.
type busOptions struct {
	MaxConcurrentCalls         number `json:"maxConcurrentCalls"`
	MaxConcurrentSessions      number `json:"maxConcurrentSessions"`
	MaxAutoLockRenewalDuration span   `json:"maxAutoLockRenewalDuration"`
	SessionIdleTimeout         span   `json:"sessionIdleTimeout"`
}

// overridePrefix begins the names of environment variables that override host.json.
const overridePrefix = "AzureFunctionsJobHost"

// readHostFile reads host.json in root, applies the overrides and fills in the host's defaults.
func readHostFile(root string, s settings) (*hostFile, error) {
	path := filepath.Join(root, "host.json")
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read host.json: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(content, &tree); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	for _, o := range overrides(s) {
		override(tree, o.path, o.value)
	}
	if content, err = json.Marshal(tree); err != nil {
		return nil, fmt.Errorf("apply overrides to %s: %w", path, err)
	}
	file := defaultHostFile()
	if err := json.Unmarshal(content, file); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if file.Version != "2.0" {
		return nil, fmt.Errorf(`%s: "version" must be the string "2.0"`, path)
	}
	if file.CustomHandler == nil || file.CustomHandler.Description == nil || file.CustomHandler.Description.DefaultExecutablePath == "" {
		return nil, fmt.Errorf("%s: Missing worker Description. Set customHandler.description.defaultExecutablePath", path)
	}
	return file, nil
}

func defaultHostFile() *hostFile {
	file := &hostFile{
		FunctionTimeout: span(30 * time.Minute),
		CustomHandler:   &customHandler{InitializationTimeout: span(30 * time.Second)},
	}
	prefix := "api"
	file.Extensions.HTTP.RoutePrefix = &prefix
	file.Extensions.ServiceBus = busOptions{
		MaxConcurrentCalls:         number(16 * runtime.NumCPU()),
		MaxConcurrentSessions:      8,
		MaxAutoLockRenewalDuration: span(5 * time.Minute),
		SessionIdleTimeout:         span(time.Minute),
	}
	return file
}

// leaf is one override: where in host.json, and the text that goes there.
type leaf struct {
	path  []string
	value string
}

// overrides returns the overrides in the order in which arrays grow: 2 before 10, wherever the environment has them.
func overrides(s settings) []leaf {
	var leaves []leaf
	for name, value := range s.under(overridePrefix) {
		leaves = append(leaves, leaf{strings.Split(name, ":"), value})
	}
	slices.SortFunc(leaves, func(a, b leaf) int { return slices.CompareFunc(a.path, b.path, compareSegments) })
	return leaves
}

func compareSegments(a, b string) int {
	i, errA := strconv.Atoi(a)
	j, errB := strconv.Atoi(b)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(i, j)
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return strings.Compare(a, b)
}

// override sets one leaf. Names compare without case; numbers index arrays, and one past the end appends.
func override(node any, path []string, value string) any {
	if len(path) == 0 {
		return value
	}
	switch n := node.(type) {
	case map[string]any:
		key := path[0]
		for existing := range n {
			if strings.EqualFold(existing, key) {
				key = existing
			}
		}
		n[key] = override(n[key], path[1:], value)
		return n
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i > len(n) {
			return n
		}
		if i == len(n) {
			n = append(n, nil)
		}
		n[i] = override(n[i], path[1:], value)
		return n
	default:
		if path[0] == "0" {
			return override([]any{}, path, value)
		}
		return override(map[string]any{}, path, value)
	}
}

// span, number and flag read a setting as JSON or, where an override put it, as text.
type (
	span   time.Duration
	number int
	flag   bool
)

func (s *span) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	switch text {
	case "null":
		return nil
	case "-1":
		*s = 0 // no limit
		return nil
	}
	d, err := schedule.Span(text)
	*s = span(d)
	return err
}

func (n *number) UnmarshalJSON(data []byte) error {
	value, err := strconv.Atoi(strings.Trim(string(data), `"`))
	*n = number(value)
	return err
}

func (f *flag) UnmarshalJSON(data []byte) error {
	value, err := strconv.ParseBool(strings.ToLower(strings.Trim(string(data), `"`)))
	*f = flag(value)
	return err
}

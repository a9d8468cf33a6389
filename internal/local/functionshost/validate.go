package functionshost

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/route"
	"github.com/lazuli-platform/lazuli/internal/local/functionshost/schedule"
)

// stopsHost marks an error of one function for which a real host stops altogether.
type stopsHost struct{ error }

func (s stopsHost) Unwrap() error { return s.error }

var (
	functionName = regexp.MustCompile(`^(?i)[a-z][a-z0-9_\-]{0,127}$`)
	bindingName  = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)$`)
)

// parseFunction reads one function.json by the host's rules.
func parseFunction(name string, content []byte, file *hostFile, s settings) (*function, error) {
	if !functionName.MatchString(name) || strings.EqualFold(name, "host") {
		return nil, fmt.Errorf("%q is not a valid function name", name)
	}
	var document struct {
		Bindings []binding `json:"bindings"`
		Retry    any       `json:"retry"`
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("unable to parse function.json: %w", err)
	}
	trigger, others, err := splitBindings(document.Bindings)
	if err != nil {
		return nil, err
	}
	if document.Retry != nil {
		return nil, errors.New(`this host has no retry policies; remove "retry"`)
	}
	f := &function{name: name, trigger: trigger, document: content, disabled: s.disabled(name)}
	switch {
	case trigger.is("httpTrigger"):
		err = f.parseHTTP(others, file)
	case trigger.is("serviceBusTrigger"):
		err = f.parseBus(others, file, s)
	case trigger.is("timerTrigger"):
		err = f.parseTimer(others, s)
	default:
		err = fmt.Errorf("the binding type '%s' is not registered. Is the extension bundle set in host.json?", trigger.Type)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// splitBindings checks what holds for every binding and finds the one trigger.
func splitBindings(all []binding) (trigger binding, others []binding, err error) {
	if len(all) == 0 {
		return binding{}, nil, errors.New("at least one binding must be declared")
	}
	triggers := 0
	seen := map[string]bool{}
	for _, b := range all {
		direction := strings.ToLower(b.Direction)
		switch {
		case !slices.Contains([]string{"", "in", "out", "inout"}, direction):
			return binding{}, nil, fmt.Errorf("the binding direction '%s' is not in, out or inout", b.Direction)
		case !bindingName.MatchString(b.Name):
			return binding{}, nil, fmt.Errorf("the binding name '%s' is not valid", b.Name)
		case b.Name == "$return" && direction != "out":
			return binding{}, nil, errors.New("the binding $return must have the direction out")
		case b.is("http") && direction != "out":
			return binding{}, nil, errors.New("an http binding must have the direction out")
		case seen[strings.ToLower(b.Name)]:
			return binding{}, nil, fmt.Errorf("two bindings are named '%s'", b.Name)
		}
		seen[strings.ToLower(b.Name)] = true
		if strings.HasSuffix(strings.ToLower(b.Type), "trigger") {
			trigger = b
			triggers++
		} else {
			others = append(others, b)
		}
	}
	if triggers != 1 {
		return binding{}, nil, fmt.Errorf("a function has one trigger, this one has %d", triggers)
	}
	return trigger, others, nil
}

func (f *function) parseHTTP(others []binding, file *hostFile) error {
	if len(others) != 1 || !others[0].is("http") || !bool(file.CustomHandler.EnableForwarding) {
		return errors.New("this host only forwards requests: set customHandler.enableForwardingHttpRequest, and bind httpTrigger and http alone")
	}
	text := f.trigger.Route
	if text == "" {
		text = f.name
	}
	template, err := route.Parse(*file.Extensions.HTTP.RoutePrefix, text)
	if errors.Is(err, route.ErrReserved) {
		return err
	}
	if err != nil {
		return stopsHost{err}
	}
	f.http = &httpTrigger{template: template}
	if f.trigger.Methods != nil {
		f.http.methods = []string{}
		for _, method := range *f.trigger.Methods {
			f.http.methods = append(f.http.methods, strings.ToUpper(method))
		}
	}
	return nil
}

func (f *function) parseBus(others []binding, file *hostFile, s settings) error {
	t := f.trigger
	switch {
	case len(others) > 0:
		return errors.New("this host has no output bindings; send with a client of the handler's own")
	case len(file.ExtensionBundle) == 0:
		return errors.New("the binding type 'serviceBusTrigger' is not registered. Set extensionBundle in host.json")
	case strings.EqualFold(t.Cardinality, "many"):
		return errors.New(`this host delivers one message at a time; set "cardinality" to one`)
	}
	bus := &busTrigger{sessions: t.IsSessionsEnabled}
	for _, name := range []struct {
		text   string
		target *string
	}{{t.QueueName, &bus.queue}, {t.TopicName, &bus.topic}, {t.SubscriptionName, &bus.subscription}} {
		expanded, err := s.expand(name.text)
		if err != nil {
			return err
		}
		*name.target = expanded
	}
	if (bus.queue == "") == (bus.topic == "") || (bus.topic == "") != (bus.subscription == "") {
		return errors.New("name either queueName, or topicName with subscriptionName")
	}
	var err error
	bus.connection, err = s.connection(t.Connection)
	f.bus = bus
	return err
}

func (f *function) parseTimer(others []binding, s settings) error {
	if len(others) > 0 {
		return errors.New("this host has no output bindings; send with a client of the handler's own")
	}
	text, err := s.expand(f.trigger.Schedule)
	if err != nil {
		return err
	}
	parsed, err := schedule.Parse(text)
	if err != nil {
		return err
	}
	f.timer = &timerTrigger{
		schedule:     parsed,
		runOnStartup: f.trigger.RunOnStartup,
		monitored:    (f.trigger.UseMonitor == nil || *f.trigger.UseMonitor) && parsed.Shortest(time.Unix(0, 0).UTC()) >= time.Minute,
	}
	return nil
}

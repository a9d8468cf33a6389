package requests

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Command is an operation that can be asked for by message.
type Command struct {
	Operation string // operationId of the contract
	Method    string
	Path      string // as the contract has it; its parameters are members of the data
	Body      bool
}

const environment = "/projects/{project}/environments/{environment}"

// Commands lists every command. A test holds it to the contract and to apim/asyncapi.yaml.
func Commands() []Command {
	return []Command{
		{"putEnvironment", http.MethodPut, environment, true},
		{"deleteEnvironment", http.MethodDelete, environment, false},
		{"createDeployment", http.MethodPost, environment + "/deployments", true},
		{"putProject", http.MethodPut, "/projects/{project}", true},
		{"changeProjectValues", http.MethodPatch, "/projects/{project}/values", true},
		{"changeEnvironmentValues", http.MethodPatch, environment + "/values", true},
		{"cancelOperation", http.MethodPost, "/operations/{operation}/cancellations", false},
	}
}

// Type is the CloudEvents type of the command.
func (c Command) Type() string { return "io.lazuli.request." + c.Operation + ".v1" }

func commandOf(eventType string) (Command, bool) {
	all := Commands()
	at := slices.IndexFunc(all, func(c Command) bool { return c.Type() == eventType })
	if at < 0 {
		return Command{}, false
	}
	return all[at], true
}

// address fills the parameters in. One that is missing, or that the command does not have, is an error in words for the sender.
func (c Command) address(d data) (string, error) {
	given := map[string]string{"project": d.Project, "environment": d.Environment, "operation": d.Operation}
	path := c.Path
	for name, value := range given {
		slot := "{" + name + "}"
		switch wanted := strings.Contains(c.Path, slot); {
		case wanted && value == "":
			return "", fmt.Errorf("data.%s is missing", name)
		case !wanted && value != "":
			return "", fmt.Errorf("data.%s is not for %s", name, c.Operation)
		}
		path = strings.ReplaceAll(path, slot, url.PathEscape(value))
	}
	if !c.Body && len(d.Body) > 0 {
		return "", fmt.Errorf("data.body is not for %s", c.Operation)
	}
	return path, nil
}

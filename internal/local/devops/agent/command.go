package agent

import (
	"fmt"
	"strings"
)

// command is one logging command: ##vso[area.action key=value;key=value]data.
type command struct {
	area, action string            // lower case
	properties   map[string]string // names in lower case
	data         string
}

const commandStart = "##vso["

// parseCommand finds a logging command anywhere in a line of output. found is false for an ordinary line; an error
// means that something looks like a command and is not one.
func parseCommand(line string) (c command, found bool, err error) {
	start := strings.Index(line, commandStart)
	if start < 0 {
		return c, false, nil
	}
	rest := line[start+len(commandStart):]
	head, data, closed := strings.Cut(rest, "]")
	if !closed {
		return c, true, fmt.Errorf("the logging command '%s' has no closing ]", shorten(line[start:]))
	}
	name, properties, _ := strings.Cut(strings.TrimSpace(head), " ")
	area, action, dotted := strings.Cut(name, ".")
	if !dotted || area == "" || action == "" {
		return c, true, fmt.Errorf("'%s' is not a logging command: it needs area.action", shorten(name))
	}
	c = command{area: strings.ToLower(area), action: strings.ToLower(action), properties: map[string]string{}, data: unescapeData(data)}
	for _, property := range strings.Split(properties, ";") {
		key, value, ok := strings.Cut(property, "=")
		if key = strings.ToLower(strings.TrimSpace(key)); ok && key != "" {
			c.properties[key] = unescapeProperty(value)
		}
	}
	return c, true, nil
}

// flag is a boolean property.
func (c command) flag(name string) bool {
	return strings.EqualFold(strings.TrimSpace(c.properties[name]), "true")
}

// %AZP25 stands for the percent sign and goes last, so that an escaped escape stays.
var (
	dataEscapes     = strings.NewReplacer("%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n")
	propertyEscapes = strings.NewReplacer("%3B", ";", "%3b", ";", "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n", "%5D", "]", "%5d", "]")
)

func unescapeData(s string) string { return strings.ReplaceAll(dataEscapes.Replace(s), "%AZP25", "%") }

func unescapeProperty(s string) string {
	return strings.ReplaceAll(propertyEscapes.Replace(s), "%AZP25", "%")
}

func shorten(s string) string {
	const most = 120
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

package agent

// ParseCommand lets the tests feed the parser of logging commands directly.
func ParseCommand(line string) (area, action string, properties map[string]string, data string, found bool, err error) {
	c, found, err := parseCommand(line)
	return c.area, c.action, c.properties, c.data, found, err
}

// Mask masks text with these secrets registered.
func Mask(text string, secrets ...string) string {
	m := &masker{}
	for _, s := range secrets {
		m.add(s)
	}
	return m.mask(text)
}

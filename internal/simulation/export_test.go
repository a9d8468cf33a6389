package simulation

// WithBug plants a bug into the world that the settings make.
func (s Settings) WithBug(b Bug) Settings {
	s.bug = b
	return s
}

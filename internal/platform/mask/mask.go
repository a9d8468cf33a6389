// Package mask takes secrets out of text that is about to leave its place: the lines of a run's log, the words of a tool's error.
//
// It goes by form, since what the secrets are is not known here: keys of connection strings, signatures, passwords in addresses,
// bearer tokens, private keys, and whatever stands behind a name like "password". It rather hides too much than too little; the
// names stay, so that a line still says what it is about. Masking twice is the same as masking once.
package mask

import "strings"

// Hidden stands in place of a secret.
const Hidden = "***"

// Text masks a text of any number of lines.
func Text(text string) string {
	if !strings.Contains(text, "\n") {
		return new(Stream).Line(text)
	}
	return strings.Join(Lines(strings.Split(text, "\n")), "\n")
}

// Lines masks lines that follow each other: a private key goes over several.
func Lines(lines []string) []string {
	if lines == nil {
		return nil
	}
	var s Stream
	masked := make([]string, len(lines))
	for i, line := range lines {
		masked[i] = s.Line(line)
	}
	return masked
}

// Stream masks lines as they come. Its zero value is at the start of a text.
type Stream struct{ inKey bool }

// Line masks the next line.
func (s *Stream) Line(line string) string {
	if s.inKey {
		switch {
		case keyEnd.MatchString(line):
			s.inKey = false
			return Hidden + s.Line(line[keyEnd.FindStringIndex(line)[1]:])
		case keyLine.MatchString(line):
			return Hidden
		default: // the key was cut off
			s.inKey = false
		}
	}
	if bareKey.MatchString(line) && !hexadecimal.MatchString(line) { // the middle of a key whose first line is elsewhere
		return Hidden
	}
	line = wholeKey.ReplaceAllString(line, Hidden)
	if at := keyBegin.FindStringIndex(line); at != nil {
		s.inKey = true
		return settled(line[:at[0]]) + Hidden
	}
	return settled(line)
}

// settled masks until nothing changes: what one form leaves may be another's.
func settled(line string) string {
	for range 4 {
		masked := line
		for _, f := range forms {
			masked = f(masked)
		}
		if masked == line {
			break
		}
		line = masked
	}
	return line
}

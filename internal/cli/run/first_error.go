package run

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// maxErrorLines is what an error shows of the engine's words.
	maxErrorLines = 40
	// maxMessage is how many characters its sentence has.
	maxMessage = 1500
)

// failure is what a person is told of a run that failed.
type failure struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Target  string   `json:"target,omitempty"`
	Action  string   `json:"action,omitempty"`
	Lines   []string `json:"lines,omitempty"`
}

// firstError finds the first error in what the engine said. Its block begins with "Error: " and ends where the next one begins or
// its frame, which is there unless colours are off. The title goes on to the first empty line: providers put all they know there.
func firstError(step string, said []string, err error) failure {
	why := failure{Code: "TerraformFailed", Message: fmt.Sprintf("The step %s failed: %v.", step, err), Target: step}
	for i, line := range said {
		if !strings.HasPrefix(unframed(line), "Error: ") {
			continue
		}
		why.Lines = blockFrom(said[i:])
		title, rest := titleOf(why.Lines)
		why.Message = strings.TrimPrefix(title, "Error: ")
		if why.Message == "Saved plan is stale" {
			why.Code = "PlanStale" // something changed the state since the plan was made; the engine has touched nothing
		}
		if reason := lastSentence(rest); reason != "" {
			why.Message += ": " + reason
		}
		why.Message = shortened(why.Message)
		return why
	}
	return why
}

// blockFrom is the block of the error that begins the lines.
func blockFrom(lines []string) []string {
	var block []string
	for i, line := range lines[:min(len(lines), maxErrorLines)] {
		if line == "╵" || i > 0 && lines[i-1] == "" && (strings.HasPrefix(line, "Error: ") || strings.HasPrefix(line, "Warning: ")) {
			break
		}
		block = append(block, unframed(line))
	}
	return block
}

func titleOf(block []string) (title string, rest []string) {
	end := slices.IndexFunc(block, func(line string) bool { return strings.TrimSpace(line) == "" })
	if end < 0 {
		end = len(block)
	}
	words := make([]string, end)
	for i, line := range block[:end] {
		words[i] = strings.TrimSpace(line)
	}
	return strings.Join(words, " "), block[end:]
}

// shortened keeps a message one that a person reads, and within what the API keeps. The lines have the rest.
func shortened(message string) string {
	if r := []rune(message); len(r) > maxMessage {
		return string(r[:maxMessage]) + "…"
	}
	return message
}

func unframed(line string) string { return strings.TrimPrefix(strings.TrimPrefix(line, "│"), " ") }

// lastSentence is the explanation beneath the title and the place: the last paragraph of the block.
func lastSentence(block []string) string {
	var paragraph []string
	for _, line := range block {
		if text := strings.TrimSpace(line); text != "" {
			paragraph = append(paragraph, text)
			continue
		}
		if explains(paragraph) {
			return strings.Join(paragraph, " ")
		}
		paragraph = nil
	}
	if explains(paragraph) {
		return strings.Join(paragraph, " ")
	}
	return ""
}

// explains reports whether a paragraph says why, and is neither the title nor the place.
func explains(paragraph []string) bool {
	if len(paragraph) == 0 {
		return false
	}
	for _, other := range []string{"Error: ", "with ", "on "} {
		if strings.HasPrefix(paragraph[0], other) {
			return false
		}
	}
	return true
}

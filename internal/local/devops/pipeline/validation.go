package pipeline

import (
	"fmt"
	"strings"
)

// ValidationError says why a pipeline cannot run. Its text is what Azure DevOps answers (400, typeKey
// PipelineValidationException): one message per line, each with file, line and column where they are known.
type ValidationError struct {
	Problems []Problem
}

// Problem is one reason. Line and Column count from 1; 0 means unknown.
type Problem struct {
	File    string // from the repository's root with a leading slash; "" when the problem belongs to no file
	Line    int
	Column  int
	Message string
}

// Error joins the problems by newlines.
func (e *ValidationError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// String is the problem as Azure DevOps writes it: "/file.yml (Line: 9, Col: 1): Unexpected value 'stepz'".
func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Message
	case p.Line == 0:
		return p.File + ": " + p.Message
	default:
		return fmt.Sprintf("%s (Line: %d, Col: %d): %s", p.File, p.Line, p.Column, p.Message)
	}
}

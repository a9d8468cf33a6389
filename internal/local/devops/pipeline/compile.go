package pipeline

import (
	"io/fs"
)

// Input is what a request to run gives, and what the project has, at compile time.
type Input struct {
	Parameters     map[string]string   // templateParameters: text, converted by the declared types
	QueueVariables map[string]Variable // the request's variables; secret ones are not visible to ${{ }}
	Predefined     map[string]string   // Build.SourceBranch, Build.Reason, System.TeamProject, Build.DefinitionName, ...
	// Groups, Connections, and Environments say whether the pipeline may use a thing of that name.
	// nil means that there is none (Groups, Connections), or that any is made on first use (Environments).
	Groups       func(name string) bool
	Connections  func(name string) bool
	Environments func(name string) bool
	// Source is named in the message about a missing template file.
	RepositoryURL, Branch, Version string
}

// Compile reads the pipeline at path (slash-separated, from repo's root, leading slash optional) and expands it.
// The error is a *ValidationError when the pipeline or the request is at fault, any other error is one of reading.
func Compile(repo fs.FS, path string, in Input) (*Plan, error) {
	return nil, &ValidationError{Problems: []Problem{{File: path, Message: "the compiler is not there yet"}}}
}

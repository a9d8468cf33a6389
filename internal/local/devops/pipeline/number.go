package pipeline

import "time"

// DefaultNumber is the run number's format when the file has no `name:`.
const DefaultNumber = "$(Date:yyyyMMdd)$(Rev:.r)"

// NumberInput is what the tokens of a run number stand for.
type NumberInput struct {
	Now            time.Time // for $(Date:...), $(Year:yyyy), $(Hours), ...
	BuildID        int
	DefinitionName string
	TeamProject    string
	BranchName     string // $(SourceBranchName)
	Variables      map[string]string
	// Revision gives the next revision, from 1, among the runs of this pipeline whose number is otherwise equal.
	// key is that number with the revision left out. It is called at most once, and not at all without a $(Rev:r).
	Revision func(key string) (int, error)
}

// RunNumber expands the plan's number format. It refuses what Azure DevOps refuses: one of " / : < > \ | ? @ *,
// a trailing dot, more than 255 characters.
func (p *Plan) RunNumber(in NumberInput) (string, error) {
	return "", nil
}

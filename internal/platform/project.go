package platform

import (
	"slices"
	"strings"
	"time"
)

// Project is the ownership unit: a team's product. Its partition holds everything that belongs to it.
type Project struct {
	Name   string
	Title  string
	Team   string
	Access string  // the set of assignments in the directory that counts; see Assignment.Set
	Pins   []Pin   // versions of the catalog that it holds on to; at most one for each name
	Budget *Budget // of all environments together, in a month; nil when there is none
	Quota  *Quota  // nil when there is none
	// EnvironmentTypes are those that its environments may have; empty allows all.
	EnvironmentTypes []string
	Events           int64 // CloudEvents about the project itself so far
	Revision         int64 // counts accepted changes; the ETag that callers see
	CreatedAt        time.Time
	UpdatedAt        time.Time
	Stored           Stored
}

// takes refuses a new environment of a type that the project may not have.
func (p Project) takes(environmentType string, exists bool) error {
	if exists || len(p.EnvironmentTypes) == 0 || slices.Contains(p.EnvironmentTypes, environmentType) {
		return nil
	}
	return Errorf(Invalid, "Project %s has no environments of type %s, only %s.", p.Name, environmentType, strings.Join(p.EnvironmentTypes, ", ")).
		With(Detail{"/type", "is not allowed in this project"}).Do("Ask a platform admin to allow the type; that takes the action quotas/write.")
}

// Stored is what the store knows of a row: whether it exists and in which version. The zero value is a row not stored yet.
// Only stores read and set it.
type Stored struct {
	Version string // opaque; changes with every write
}

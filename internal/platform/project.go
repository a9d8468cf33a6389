package platform

import "time"

// Project is the ownership unit: a team's product. Its partition holds everything that belongs to it.
type Project struct {
	Name      string
	Title     string
	Team      string
	Members   []Member
	Pins      []Pin   // versions of the catalog that it holds on to; at most one for each name
	Budget    *Budget // of all environments together, in a month; nil when there is none
	Revision  int64   // counts accepted changes; the ETag that callers see
	CreatedAt time.Time
	UpdatedAt time.Time
	Stored    Stored
}

// Member is somebody's role in a project.
type Member struct {
	ID   string // object id at the identity provider
	Role Role
}

// RoleOf tells the role that the principal has in the project; empty when none.
func (p Project) RoleOf(principal string) Role {
	for _, m := range p.Members {
		if m.ID == principal {
			return m.Role
		}
	}
	return ""
}

// Stored is what the store knows of a row: whether it exists and in which version. The zero value is a row not stored yet.
// Only stores read and set it.
type Stored struct {
	Version string // opaque; changes with every write
}

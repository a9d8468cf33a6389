package identity

import "slices"

// User is one of the people who can sign in on a laptop.
type User struct {
	ID          string   // the oid claim, stable for ever
	Name        string   // what a page shows
	Username    string   // the preferred_username claim
	Team        string   // the team claim
	Groups      []string // object ids of groups, the groups claim
	Roles       []string // app roles; membership in projects is the platform's own data
	Description string   // what this person may do, in one sentence
}

// users in the order the pages show them.
var users = []User{
	{
		ID: "admin", Name: "Admin", Username: "admin@lazuli.local", Team: "payments", Roles: []string{"Platform.Admin"},
		Description: "Runs the platform: sees and changes everything.",
	},
	{
		ID: "team-owner", Name: "Team owner", Username: "team-owner@lazuli.local", Team: "payments", Groups: []string{"payments-owners"},
		Description: "Owns the team payments: its projects, members and approvals.",
	},
	{
		ID: "developer", Name: "Developer", Username: "developer@lazuli.local", Team: "payments", Groups: []string{"payments-developers"},
		Description: "Works in the team payments: creates and deploys environments.",
	},
	{
		ID: "viewer", Name: "Viewer", Username: "viewer@lazuli.local", Team: "payments", Groups: []string{"payments-viewers"},
		Description: "Looks on: reads what the team payments runs, changes nothing.",
	},
}

// Users returns the people who can sign in, in the order a page shows them.
func Users() []User { return slices.Clone(users) }

func userByID(id string) (User, bool) {
	i := slices.IndexFunc(users, func(u User) bool { return u.ID == id })
	if i < 0 {
		return User{}, false
	}
	return users[i], true
}

func userIDs() []string {
	ids := make([]string, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}

package platform

// Role is a set of actions.
type Role string

// The roles. PlatformAdmin holds on the whole platform and comes with the token; the others are held in a project.
const (
	PlatformAdmin Role = "PlatformAdmin"
	TeamOwner     Role = "TeamOwner"
	Contributor   Role = "Contributor"
	Reader        Role = "Reader"
)

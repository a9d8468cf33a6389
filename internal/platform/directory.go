package platform

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Directory is who may do what where, as a whole: the teams, the roles of the installation's own, and every assignment. It is
// stored as one body, like the catalog, so that a change takes effect at once or not at all, and every process decides from memory.
// It never changes; its methods give the next one.
type Directory struct {
	Revision    int64
	Roles       []RoleDefinition // by name; without those that are built in
	Teams       []Team           // by name
	Projects    []ProjectEntry   // by name
	Assignments []Assignment     // by scope, then principal
}

// Team is people with roles, and what belongs to them. Its members are the assignments at its scope.
type Team struct {
	Name      string
	Title     string
	Quota     *Quota // of all its projects together
	Founder   string // the project whose onboarding made it; it exists only if that project does. Empty once it was put
	Revision  int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ProjectEntry says that a project may exist and whose it is. The project's own row decides: an entry is written before it.
type ProjectEntry struct {
	Name string
	Team string
	Set  string // of assignments
	At   time.Time
}

// DirectoryHead points at the current directory. It is the row that changes compete for.
type DirectoryHead struct {
	Revision int64
	Body     BodyRef
	Stored   Stored
}

const (
	// unborn is how long assignments wait for the row of their project that makes them count.
	unborn = time.Hour
	// afterglow is how long an assignment that has ended is still shown.
	afterglow = 30 * 24 * time.Hour
	// maxDirectory bounds all assignments together; each change writes the directory anew.
	maxDirectory = 50_000
)

func (d Directory) team(name string) (Team, bool) {
	at := slices.IndexFunc(d.Teams, func(t Team) bool { return t.Name == name })
	if at < 0 {
		return Team{}, false
	}
	return d.Teams[at], true
}

func (d Directory) role(name Role) (RoleDefinition, bool) {
	if r, ok := builtInRole(name); ok {
		return r, true
	}
	at := slices.IndexFunc(d.Roles, func(r RoleDefinition) bool { return r.Name == name })
	if at < 0 {
		return RoleDefinition{}, false
	}
	return d.Roles[at], true
}

// at lists the assignments of a set that are held at the scope, or beneath it in a project.
func (d Directory) at(scope Scope, set string) []Assignment {
	var out []Assignment
	for _, a := range d.Assignments {
		if a.Set == set && (a.Scope == scope || scope.Project != "" && a.Scope.Project == scope.Project) {
			out = append(out, a)
		}
	}
	return out
}

// withAssignments replaces those at a scope, or beneath it in a project, in one set. Those that are there already keep when and by
// whom they were made.
func (d Directory) withAssignments(scope Scope, set string, from string, assignments []Assignment) Directory {
	before := map[string]Assignment{}
	for _, a := range d.at(scope, from) {
		before[a.ID] = a
	}
	d.Assignments = slices.DeleteFunc(slices.Clone(d.Assignments), func(a Assignment) bool {
		return a.Set == set && (a.Scope == scope || scope.Project != "" && a.Scope.Project == scope.Project)
	})
	for _, a := range assignments {
		if b, ok := before[a.ID]; ok {
			a.CreatedAt, a.CreatedBy = b.CreatedAt, b.CreatedBy
		}
		a.Set = set
		d.Assignments = append(d.Assignments, a)
	}
	return d
}

// withProject announces a set of a project, before the project's row makes it count.
func (d Directory) withProject(e ProjectEntry) Directory {
	d.Projects = append(slices.Clone(d.Projects), e)
	return d
}

func (d Directory) withTeam(t Team) Directory {
	d.Teams = slices.DeleteFunc(slices.Clone(d.Teams), func(o Team) bool { return o.Name == t.Name })
	d.Teams = append(d.Teams, t)
	return d
}

func (d Directory) withoutTeam(name string) Directory {
	d.Teams = slices.DeleteFunc(slices.Clone(d.Teams), func(o Team) bool { return o.Name == name })
	d.Assignments = slices.DeleteFunc(slices.Clone(d.Assignments), func(a Assignment) bool { return a.Scope.Team == name })
	return d
}

func (d Directory) withRole(r RoleDefinition) Directory {
	d.Roles = slices.DeleteFunc(slices.Clone(d.Roles), func(o RoleDefinition) bool { return o.Name == r.Name })
	d.Roles = append(d.Roles, r)
	return d
}

func (d Directory) withoutRole(name Role) Directory {
	d.Roles = slices.DeleteFunc(slices.Clone(d.Roles), func(o RoleDefinition) bool { return o.Name == name })
	return d
}

// forget drops what counts no more: the sets of a project that were announced before the one that its row names, for none of those can
// be named any more; later ones that have waited for too long; and assignments that ended long ago.
func (d Directory) forget(project, set string, now time.Time) Directory {
	stale, named := map[string]bool{}, false
	past := slices.ContainsFunc(d.Projects, func(e ProjectEntry) bool { return e.Name == project && e.Set == set })
	d.Projects = slices.DeleteFunc(slices.Clone(d.Projects), func(e ProjectEntry) bool {
		if e.Name != project || e.Set == set {
			named = named || e.Name == project
			return false
		}
		gone := past && !named || now.Sub(e.At) > unborn
		if gone {
			stale[e.Set] = true
		}
		return gone
	})
	d.Assignments = slices.DeleteFunc(slices.Clone(d.Assignments), func(a Assignment) bool {
		return a.Scope.Project == project && stale[a.Set] || !a.ExpiresAt.IsZero() && now.Sub(a.ExpiresAt) > afterglow
	})
	return d
}

// full refuses to give anything more. Taking away is never refused.
func (d Directory) full() error {
	if len(d.Assignments) < maxDirectory {
		return nil
	}
	return Errorf(QuotaExceeded, "There are %d assignments on this platform, as many as it takes.", len(d.Assignments)).Do("Give roles to groups instead of single people.")
}

// touchTeam counts a change of a team's members, so that nobody replaces them by what he read before it.
func (d Directory) touchTeam(name string, now time.Time) (Directory, error) {
	if name == "" {
		return d, nil
	}
	t, ok := d.team(name)
	if !ok {
		return d, noTeam(name)
	}
	t.Revision, t.UpdatedAt = t.Revision+1, now
	return d.withTeam(t), nil
}

// keepsAnAdmin reports whether somebody holds PlatformAdmin on the whole platform without an end.
func (d Directory) keepsAnAdmin() bool {
	return slices.ContainsFunc(d.Assignments, func(a Assignment) bool {
		return a.Scope.isRoot() && a.Role == PlatformAdmin && a.ExpiresAt.IsZero()
	})
}

// next checks what must hold whatever was changed, and makes it the next revision.
func (d Directory) next(before Directory) (Directory, error) {
	if before.keepsAnAdmin() && !d.keepsAnAdmin() {
		return Directory{}, Errorf(LastAdmin, "This would take away the last platform admin whose role does not end.").
			Do("Give PlatformAdmin at / to somebody else first: lazuli access grant")
	}
	d.Revision = before.Revision + 1
	slices.SortFunc(d.Roles, func(a, b RoleDefinition) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Teams, func(a, b Team) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(d.Projects, func(a, b ProjectEntry) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(d.Assignments, compareAssignments)
	return d, nil
}

func compareAssignments(a, b Assignment) int {
	return cmp.Or(strings.Compare(a.Scope.String(), b.Scope.String()), strings.Compare(a.Set, b.Set),
		strings.Compare(a.Principal.ID, b.Principal.ID), strings.Compare(a.ID, b.ID))
}

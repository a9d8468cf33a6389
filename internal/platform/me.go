package platform

import "context"

// Me says who the caller is and where he has a role. Any signed-in caller may ask about himself.
func (s *Service) Me(ctx context.Context, c Caller) (Identity, error) {
	if c.ID == "" {
		return Identity{}, c.authorize(ProjectsRead, nil)
	}
	me := Identity{Caller: c}
	page := Page{Size: 200}
	for range maxPages {
		projects, next, err := s.Store.Projects(ctx, page)
		if err != nil {
			return Identity{}, err
		}
		for _, p := range projects {
			if role := p.RoleOf(c.ID); role != "" && !c.Pipeline {
				me.Projects = append(me.Projects, Held{Project: p.Name, Role: role})
			}
		}
		if next == "" {
			return me, nil
		}
		page.After = next
	}
	return me, nil
}

// maxPages bounds how many pages of projects are looked through for one answer.
const maxPages = 500

// Identity is a caller with the roles he holds.
type Identity struct {
	Caller
	Projects []Held // by project name
}

// Held is a role held in a project.
type Held struct {
	Project string
	Role    Role
}

package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// RoleSpec is what a caller may say of a role of the installation's own.
type RoleSpec struct {
	Title   string
	Actions []Permission
}

// ListRoles lists the roles that are built in, then those of the installation's own, by name.
func (s *Service) ListRoles(ctx context.Context, c Caller) ([]RoleDefinition, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := g.require(RolesRead, Target{}); err != nil {
		return nil, err
	}
	return append(slices.Clone(builtIn), g.index.directory.Roles...), nil
}

// GetRole returns one role.
func (s *Service) GetRole(ctx context.Context, c Caller, name Role) (RoleDefinition, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return RoleDefinition{}, err
	}
	if err := g.require(RolesRead, Target{}); err != nil {
		return RoleDefinition{}, err
	}
	if d, ok := g.index.directory.role(name); ok {
		return d, nil
	}
	return RoleDefinition{}, noRole(name)
}

// PutRole creates a role or changes what one allows, which counts at once wherever it is held; created tells which. Roles that are
// built in stay as they are, and nobody makes a role that allows what he may not do himself.
func (s *Service) PutRole(ctx context.Context, c Caller, name Role, spec RoleSpec, pre Preconditions) (RoleDefinition, bool, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return RoleDefinition{}, false, err
	}
	if err := g.require(RolesWrite, Target{}); err != nil {
		return RoleDefinition{}, false, err
	}
	if err := checkRolePut(g, name, spec); err != nil {
		return RoleDefinition{}, false, err
	}
	var put RoleDefinition
	var created bool
	audit := s.audit(c, "putRole", PlatformScope, "/roles/"+string(name), "", "")
	_, err = s.changeDirectory(ctx, &audit, func(_ *AccessIndex, d Directory) (Directory, error) {
		before, exists := d.role(name)
		created = !exists
		if err := pre.check("Role "+string(name), exists, before.Revision); err != nil {
			return d, err
		}
		put = define(name, spec.Title, spec.Actions...)
		if exists && before.Title == put.Title && before.allows == put.allows {
			put = before
			return d, errNoChange
		}
		if exists && pre.Revision == nil && !pre.MustExist {
			return d, Errorf(PreconditionRequired, "Role %s exists; changing it needs If-Match.", name).Do("Read it, then send its ETag in If-Match.")
		}
		put.BuiltIn, put.Revision, put.CreatedAt, put.UpdatedAt = false, before.Revision+1, g.now, g.now
		if exists {
			put.CreatedAt = before.CreatedAt
		}
		audit.Detail = fmt.Sprintf("revision %d", put.Revision)
		next := d.withRole(put)
		audit = audit.changing(d.auditedRole(name), next.auditedRole(name))
		return next, nil
	})
	if errors.Is(err, errNoChange) {
		err = nil
	}
	return put, created, err
}

func checkRolePut(g sight, name Role, spec RoleSpec) error {
	if !validRoleName(name) {
		return Errorf(Invalid, "%q cannot be the name of a role.", clip(string(name), 80)).Do("Use 2 to 63 letters and digits, beginning with a capital, such as DatabaseOperator.")
	}
	if _, ok := builtInRole(name); ok {
		return Errorf(NameTaken, "The role %s is built in, and stays as it is.", name).Do("Make one with another name.")
	}
	if wrong := checkRole(RoleDefinition{Name: name, Title: spec.Title, Actions: spec.Actions}); len(wrong) > 0 {
		return Errorf(Invalid, "The role is not valid.").With(wrong...)
	}
	for _, a := range spec.Actions {
		if err := g.require(a, Target{}); err != nil {
			return err
		}
	}
	return nil
}

// DeleteRole removes a role that nobody holds. What is not there is deleted already.
func (s *Service) DeleteRole(ctx context.Context, c Caller, name Role) error {
	if err := s.allow(ctx, c, RolesWrite, Target{}); err != nil {
		return err
	}
	if _, ok := builtInRole(name); ok {
		return Errorf(InUse, "The role %s is built in, and stays.", name)
	}
	audit := s.audit(c, "deleteRole", PlatformScope, "/roles/"+clip(string(name), 80), "", "")
	_, err := s.changeDirectory(ctx, &audit, func(_ *AccessIndex, d Directory) (Directory, error) {
		if _, exists := d.role(name); !exists {
			return d, errNoChange
		}
		held, err := s.counting(ctx, slices.DeleteFunc(slices.Clone(d.Assignments), func(a Assignment) bool { return a.Role != name }))
		if err != nil {
			return d, err
		}
		if len(held) > 0 {
			return d, Errorf(InUse, "The role %s is held by %d.", name, len(held)).Do("Take it away first: lazuli access list --role %s", name)
		}
		audit = audit.changing(d.auditedRole(name), nil)
		return d.withoutRole(name), nil
	})
	if errors.Is(err, errNoChange) {
		return nil
	}
	return err
}

func noRole(name Role) error {
	return Errorf(NotFound, "There is no role %q.", clip(string(name), 80)).Do("List the roles: lazuli role list")
}

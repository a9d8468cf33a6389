package platform

import (
	"context"
	"fmt"
)

// ProjectPreview says what PutProject would do.
type ProjectPreview struct {
	Exists       bool
	NewTeam      bool   // the team is made with it
	Refusal      *Error // what the project itself would be refused with; nil when it would not
	Environments []OnboardedPreview
	Monthly      Money // of all of them together, as far as it is known
	Currency     string
	Complete     bool // Monthly leaves nothing out
}

// OnboardedPreview is what would become of one environment of a new project.
type OnboardedPreview struct {
	Name    string
	Preview *Preview // nil when it is refused before anything can be said of it
	Refusal *Error
}

// PreviewProject takes the rights of PutProject, decides with its code, and stores nothing. It goes on after a refusal, so that all of
// them are told at once.
func (s *Service) PreviewProject(ctx context.Context, c Caller, name string, spec ProjectSpec, pre Preconditions) (ProjectPreview, error) {
	if err := checkName("a project", name); err != nil {
		return ProjectPreview{}, err
	}
	put, err := s.mayPutProject(ctx, c, name, spec, pre)
	if err != nil {
		return ProjectPreview{}, err
	}
	_, known := put.sight.index.directory.team(put.next.Team)
	out := ProjectPreview{Exists: put.exists, NewTeam: !known, Complete: true}
	if s.Prices != nil {
		out.Currency = s.Prices.Currency()
	}
	if err := put.check(ctx); err != nil {
		if out.Refusal = refusalOf(err); out.Refusal == nil {
			return ProjectPreview{}, err
		}
	}
	if put.exists { // its environments are made one by one
		return out, nil
	}
	out.Environments, err = put.previews(ctx)
	for _, e := range out.Environments {
		if e.Preview == nil {
			out.Complete = false
			continue
		}
		out.Monthly += e.Preview.After.Monthly
		out.Complete = out.Complete && len(e.Preview.After.Unknown) == 0
	}
	return out, err
}

// previews looks at each environment as environments decides it: knowing of those before it, and storing nothing.
func (put projectPut) previews(ctx context.Context) ([]OnboardedPreview, error) {
	var out []OnboardedPreview
	var siblings []Environment
	for i, e := range put.spec.Environments[:min(len(put.spec.Environments), maxOnboarded)] {
		ch := change{kind: "putProject", in: put.next, project: put.next.Name, environment: e.Name, mode: ModeDeploy, spec: e.EnvironmentSpec, mayCreate: true, siblings: siblings}
		one := OnboardedPreview{Name: e.Name}
		env, preview, err := put.preview(ctx, ch)
		one.Preview = preview
		if err != nil {
			if one.Refusal = refusalOf(inPart(err, fmt.Sprintf("/environments/%d", i))); one.Refusal == nil {
				return nil, err
			}
		}
		if preview != nil {
			siblings = append(siblings, env)
		}
		out = append(out, one)
	}
	return out, nil
}

// preview is what would be there, with the refusal that it would meet. The preview is nil when nothing can be said of it.
func (put projectPut) preview(ctx context.Context, ch change) (Environment, *Preview, error) {
	s := put.service
	if err := checkName("an environment", ch.environment); err != nil {
		return Environment{}, nil, err
	}
	w, err := s.want(ctx, put.caller, ch, Environment{}, false)
	if err != nil {
		return Environment{}, nil, err
	}
	if _, err := newEnd(ch, Environment{}, false, w.envType, put.sight.now); err != nil {
		return Environment{}, nil, err
	}
	if err := s.assess(ctx, put.caller, ch, Environment{}, false, &w); err != nil {
		return Environment{}, nil, err
	}
	p := previewOf(false, Manifest{}, w)
	return begin(Environment{}, false, ch, w, Operation{ID: "preview"}, put.sight.now), &p, w.assessment.refusal()
}

package cli

import (
	"context"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// previewProject says what making a project would do. What would be refused has the exit code of an answer "no".
func (s *session) previewProject(ctx context.Context, caller *client.ClientWithResponses, name string, spec api.ProjectSpec) error {
	create := "*"
	answer, err := caller.PreviewProjectWithResponse(ctx, name, &api.PreviewProjectParams{IfNoneMatch: &create}, spec)
	if err := check(answer, err); err != nil {
		return err
	}
	p := *answer.JSON200
	refused := p.Refusal != nil
	for _, e := range p.Environments {
		refused = refused || e.Refusal != nil
	}
	if err := s.print(p, func() error { return s.printProjectPreview(name, spec, p) }); err != nil || !refused {
		return err
	}
	return notAllowed{}
}

func (s *session) printProjectPreview(name string, spec api.ProjectSpec, p api.ProjectPreview) error {
	team := "team " + spec.Team
	if p.NewTeam {
		team += ", which is made with it"
	}
	fmt.Fprintf(s.Out, "project %s of %s\n", name, team)
	s.printRefusal(p.Refusal)
	printer := &session{Streams: Streams{Err: s.Out}}
	for _, e := range p.Environments {
		fmt.Fprintf(s.Out, "environment %s/%s\n", name, clean(e.Name))
		if e.Preview != nil {
			if err := printer.showPreview(*e.Preview); err != nil {
				return err
			}
		}
		s.printRefusal(e.Refusal)
	}
	more := ""
	if !p.Price.Complete {
		more = ", as far as it is known"
	}
	fmt.Fprintf(s.Out, "all together: %s a month%s\n", amount(api.Price{Monthly: p.Price.Monthly, Currency: p.Price.Currency}), more)
	return nil
}

func (s *session) printRefusal(r *api.Refusal) {
	if r == nil {
		return
	}
	fmt.Fprintf(s.Out, "  ✗ %s\n", clean(r.Detail))
	for _, e := range r.Errors {
		fmt.Fprintf(s.Out, "    %s %s\n", clean(e.Pointer), clean(e.Detail))
	}
	if r.Action != nil {
		fmt.Fprintf(s.Out, "    %s\n", clean(*r.Action))
	}
}

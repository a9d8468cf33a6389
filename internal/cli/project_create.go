package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// onboarding is what flags say of a new project.
type onboarding struct {
	title, team, budget, over, file string
	members, types, environments    []string
	quota                           quotaFlags
	wish                            wish // the template of its environments, and whether to watch them
	preview                         bool
}

func (o *onboarding) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.title, "title", "", "what people call it (default the name)")
	cmd.Flags().StringVar(&o.team, "team", "", "the team that owns it (default the name); made with it if there is none")
	cmd.Flags().StringArrayVar(&o.members, "member", nil, memberForm+" (lazuli role list); may be repeated")
	cmd.Flags().StringVar(&o.budget, "budget", "", "what all its environments may cost in a month, such as 500")
	cmd.Flags().StringVar(&o.over, "over-budget", "refuse", "what becomes of a request over budget: approve or refuse")
	cmd.Flags().StringArrayVar(&o.types, "environment-type", nil, "a type that its environments may have (default all); may be repeated")
	o.quota.flags(cmd)
	cmd.Flags().StringArrayVar(&o.environments, "environment", nil, "NAME=TYPE of an environment to make with it, from --template; may be repeated")
	cmd.Flags().StringVar(&o.wish.template, "template", "", "the template of these environments (lazuli template list)")
	cmd.Flags().StringArrayVar(&o.wish.set, "set", nil, "NAME=VALUE of a parameter of the template; may be repeated")
	cmd.Flags().StringVar(&o.file, "file", "", "YAML or JSON file with all of it, as the API takes it")
	for _, name := range []string{"title", "team", "member", "budget", "over-budget", "environment-type", "environments", "running", "deployments-per-hour", "resource", "environment", "template", "set"} {
		cmd.MarkFlagsMutuallyExclusive("file", name)
	}
	cmd.Flags().BoolVar(&o.preview, "preview", false, "say what would be made, what it costs and what refuses it, and make nothing")
	cmd.Flags().BoolVar(&o.wish.noWait, "no-wait", false, "do not watch the environments being made")
	cmd.Flags().DurationVar(&o.wish.timeout, "timeout", 0, "watch each no longer than this, such as 10m")
}

func (s *session) projectCreate() *cobra.Command {
	o := &onboarding{}
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Create a project with its people and its first environments (platform admins)", Args: cobra.ExactArgs(1),
		Long: `Creates a project: its team, its people, what it may use, and its first environments. All of it happens or
nothing. Then the environments are watched being made.`,
		Example: `  lazuli project create payments --title Payments --team payments \
    --member team-owner=TeamOwner --member developer=Contributor
  lazuli project create payments --member team-owner=TeamOwner --environments 3 --resource postgres=2 --budget 500 \
    --environment-type dev --environment dev=dev --template web-service-with-database --set title=Payments
  lazuli project create payments --file project.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := s.api()
			if err != nil {
				return err
			}
			spec, err := o.spec(cmd, caller, args[0])
			if err != nil {
				return err
			}
			if o.preview {
				return s.previewProject(cmd.Context(), caller, args[0], spec)
			}
			create := "*"
			answer, err := caller.PutProjectWithResponse(cmd.Context(), args[0], &api.PutProjectParams{IfNoneMatch: &create}, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.onboarded(cmd.Context(), caller, *answer.JSON201, &o.wish)
		},
	}
	o.flags(cmd)
	return cmd
}

func (o *onboarding) spec(cmd *cobra.Command, caller *client.ClientWithResponses, name string) (api.ProjectSpec, error) {
	var spec api.ProjectSpec
	var err error
	if o.file != "" {
		if err := readDocument(o.file, &spec); err != nil {
			return spec, usageError{fmt.Errorf("%s is no project: %w", o.file, err)}
		}
	} else if spec, err = o.said(cmd, caller); err != nil {
		return spec, err
	}
	if spec.Title == "" {
		spec.Title = name
	}
	if spec.Team == "" {
		spec.Team = name
	}
	return spec, nil
}

// said is the project as the flags say it.
func (o *onboarding) said(cmd *cobra.Command, caller *client.ClientWithResponses) (spec api.ProjectSpec, err error) {
	spec = api.ProjectSpec{Title: o.title, Team: o.team, EnvironmentTypes: o.types}
	if spec.Members, err = membersFrom(o.members); err != nil {
		return spec, err
	}
	if o.budget != "" {
		spec.Budget = &api.Budget{Monthly: o.budget, Over: api.BudgetOver(o.over)}
	}
	if spec.Quota, err = o.quota.apply(cmd, nil); err != nil {
		return spec, err
	}
	if (len(o.environments) > 0) != (o.wish.template != "") {
		return spec, usageError{errors.New("--environment and --template go together")}
	}
	template, err := o.wish.spec(cmd.Context(), caller, "", "")
	if err != nil {
		return spec, err
	}
	for _, pair := range o.environments {
		name, of, _ := strings.Cut(pair, "=")
		if name == "" || of == "" {
			return spec, usageError{fmt.Errorf("--environment is NAME=TYPE, such as dev=dev, not %q", pair)}
		}
		spec.Environments = append(spec.Environments, api.OnboardedEnvironment{Name: name, Type: of, Template: template.Template, Parameters: template.Parameters})
	}
	return spec, nil
}

// onboarded tells that a project is there, and follows the operations that make its environments.
func (s *session) onboarded(ctx context.Context, caller *client.ClientWithResponses, made api.Onboarding, w *wish) error {
	if len(made.Operations) == 0 {
		return s.print(made, func() error {
			fmt.Fprintf(s.Out, "✓ project %s is there; next:  lazuli env create %s/dev --template web-service-with-database\n", made.Name, made.Name)
			return nil
		})
	}
	fmt.Fprintf(s.Err, "✓ project %s is there\n", made.Name)
	follower := *s
	if s.output == "json" {
		follower.Out = io.Discard // a program gets one document: the project
	}
	var failed []error
	for _, op := range made.Operations {
		failed = append(failed, follower.follow(ctx, caller, op.ID, w))
	}
	return errors.Join(s.print(made, func() error { return nil }), errors.Join(failed...))
}

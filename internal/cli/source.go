package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// sourceFlags say that what was deployed before is deployed.
type sourceFlags struct {
	from       string
	withValues bool
}

func (f *sourceFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.from, "from", "", "ENVIRONMENT or ENVIRONMENT@DEPLOYMENT of the same project, in place of a template")
	f.valueFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("from", "template")
	cmd.MarkFlagsMutuallyExclusive("from", "file")
	cmd.MarkFlagsMutuallyExclusive("from", "score")
}

func (f *sourceFlags) valueFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.withValues, "with-values", false, "take along the values that it was deployed with; otherwise the environment's stay")
}

// source is nil when nothing is taken from elsewhere.
func (f *sourceFlags) source() *api.DeploymentSource {
	if f.from == "" {
		return nil
	}
	source := api.DeploymentSource{}
	environment, deployment, one := strings.Cut(f.from, "@")
	source.Environment = &environment
	if one {
		source.Deployment = &deployment
	}
	if f.withValues {
		source.ValuesGoAlong = &f.withValues
	}
	return &source
}

func (s *session) envHistory() *cobra.Command {
	return &cobra.Command{
		Use: "history PROJECT/ENVIRONMENT", Short: "List what was deployed to an environment, newest first", Args: cobra.ExactArgs(1),
		Example: "  lazuli env history payments/dev",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			all, current, err := s.history(cmd, project, name)
			if err != nil {
				return err
			}
			return s.print(all, func() error {
				if len(all) == 0 {
					fmt.Fprintf(s.Out, "Nothing was deployed to %s yet. Next:  lazuli deploy %s\n", args[0], args[0])
					return nil
				}
				var rows [][]string
				for _, d := range all {
					is := ""
					if d.ID == current {
						is = "current"
					}
					rows = append(rows, []string{d.ID, d.CreatedAt.Local().Format(time.DateTime), clean(d.CreatedBy), string(d.Mode), deployedWhat(d), is})
				}
				return s.table("DEPLOYMENT\tWHEN\tBY\tMODE\tWHAT\t", rows)
			})
		},
	}
}

// history reads the deployments of an environment, and which of them made it what it is.
func (s *session) history(cmd *cobra.Command, project, name string) (all []api.Deployment, current string, err error) {
	caller, err := s.api()
	if err != nil {
		return nil, "", err
	}
	env, err := caller.GetEnvironmentWithResponse(cmd.Context(), project, name)
	if err := check(env, err); err != nil {
		return nil, "", err
	}
	all, err = collect(s, func(token *string) ([]api.Deployment, *string, error) {
		answer, err := caller.ListDeploymentsWithResponse(cmd.Context(), project, name, &api.ListDeploymentsParams{PageToken: token})
		if err := check(answer, err); err != nil {
			return nil, nil, err
		}
		return answer.JSON200.Value, answer.JSON200.NextLink, nil
	})
	return all, text(env.JSON200.Deployment), err
}

func deployedWhat(d api.Deployment) string {
	what := fmt.Sprintf("%d resources", len(d.Manifest.Resources))
	if d.Template != nil {
		what = *d.Template + "@" + text(d.TemplateVersion)
	}
	if f := d.From; f != nil {
		what += " from " + text(f.Environment) + "@" + text(f.Deployment)
	}
	return clean(what)
}

func (s *session) rollbackCommand() *cobra.Command {
	w, f := &wish{}, &sourceFlags{}
	cmd := &cobra.Command{
		Use: "rollback PROJECT/ENVIRONMENT DEPLOYMENT", Short: "Deploy again what an environment was before", Args: cobra.RangeArgs(1, 2),
		Long: `Builds again exactly what an earlier deployment built: the same manifest with the same versions of the platform's
definitions. Shows the difference, asks, deploys and watches. Values stay as they are now, unless --with-values takes back those of then.
Versions that turned out defective are refused. lazuli env history lists the deployments.`,
		Example: "  lazuli env history payments/dev\n  lazuli rollback payments/dev 01K9S3W0M2Q4N6P8R0T2V4X6Z8\n  lazuli rollback payments/dev 01K9S3W0M2Q4N6P8R0T2V4X6Z8 --with-values",
		RunE: func(cmd *cobra.Command, args []string) error {
			_, name, err := place(args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return usageError{fmt.Errorf("say which deployment to go back to: lazuli env history %s", args[0])}
			}
			f.from = name + "@" + args[1]
			return s.deployFrom(cmd, args[0], w, f)
		},
	}
	w.waitFlags(cmd)
	f.valueFlag(cmd)
	return cmd
}

func (s *session) promoteCommand() *cobra.Command {
	w, f := &wish{}, &sourceFlags{}
	var to string
	cmd := &cobra.Command{
		Use: "promote PROJECT/ENVIRONMENT --to ENVIRONMENT", Short: "Deploy to one environment what another one is", Args: cobra.ExactArgs(1),
		Long: `Asks for in the other environment what was asked for in this one, with the same version of its template. How it is built is decided
there: a database of a test environment may be another one in production. Shows the difference, asks, deploys and watches. Values stay,
unless --with-values takes the plain ones along; secrets never leave their environment.`,
		Example: "  lazuli promote payments/dev --to test\n  lazuli promote payments/test --to prod --with-values",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			if to == "" {
				return usageError{errors.New("say where to with --to, such as --to test")}
			}
			f.from = name
			return s.deployFrom(cmd, project+"/"+to, w, f)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the environment of the same project that gets it; it has to be there (lazuli env create --from makes one)")
	w.waitFlags(cmd)
	f.valueFlag(cmd)
	return cmd
}

// deployFrom shows, asks, deploys and watches.
func (s *session) deployFrom(cmd *cobra.Command, target string, w *wish, f *sourceFlags) error {
	project, name, err := place(target)
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	there, err := caller.GetEnvironmentWithResponse(cmd.Context(), project, name) // a preview would take it for one that is to be made
	if err := check(there, err); err != nil {
		return err
	}
	if err := s.previewAndAsk(cmd.Context(), caller, project, name, api.EnvironmentSpec{From: f.source()}, w); err != nil {
		return err
	}
	id := w.operationID()
	answer, err := caller.CreateDeploymentWithResponse(cmd.Context(), project, name, &api.CreateDeploymentParams{OperationID: &id}, api.DeploymentSpec{From: f.source()})
	if err := check(answer, err); err != nil {
		return err
	}
	return s.follow(cmd.Context(), caller, id, w)
}

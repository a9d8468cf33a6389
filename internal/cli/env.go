package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/cli/auth"
)

func (s *session) envCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "env", Short: "Environments: create, look, extend, hibernate, delete", Aliases: []string{"environment"}}
	cmd.AddCommand(s.envCreate(), s.envList(), s.envShow(), s.envDelete(), s.envForceDelete(), s.envSecret(), s.envHistory(),
		s.envExtend(), s.envProtect(), s.envUnprotect(), s.envHibernate(), s.envWake(), s.envCalendar())
	return cmd
}

// place splits PROJECT/ENVIRONMENT.
func place(arg string) (project, environment string, err error) {
	project, environment, ok := strings.Cut(arg, "/")
	if !ok || project == "" || environment == "" || strings.Contains(environment, "/") {
		return "", "", usageError{fmt.Errorf("%q is not PROJECT/ENVIRONMENT, such as payments/dev", arg)}
	}
	return project, environment, nil
}

func (s *session) envList() *cobra.Command {
	return &cobra.Command{Use: "list [PROJECT]", Short: "List the environments of a project, or of all of them", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return s.environmentsEverywhere(cmd)
		}
		caller, err := s.api()
		if err != nil {
			return err
		}
		all, err := collect(s, func(token *string) ([]api.Environment, *string, error) {
			answer, err := caller.ListEnvironmentsWithResponse(cmd.Context(), args[0], &api.ListEnvironmentsParams{PageToken: token})
			if err := check(answer, err); err != nil {
				return nil, nil, err
			}
			return answer.JSON200.Value, answer.JSON200.NextLink, nil
		})
		if err != nil {
			return err
		}
		return s.print(all, func() error {
			if len(all) == 0 {
				fmt.Fprintf(s.Out, "You see no environments in project %s. Next:  lazuli env create %s/dev --template web-service-with-database\n", args[0], args[0])
				return nil
			}
			var rows [][]string
			for _, e := range all {
				rows = append(rows, []string{e.Name, e.Type, string(e.State), orDash(text(e.Template)), orDash(text(e.ActiveOperation))})
			}
			return s.table("NAME\tTYPE\tSTATE\tTEMPLATE\tOPERATION", rows)
		})
	}}
}

func (s *session) envShow() *cobra.Command {
	return &cobra.Command{Use: "show PROJECT/ENVIRONMENT", Short: "Show an environment with its outputs", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		env, err := s.environment(cmd, args[0])
		if err != nil {
			return err
		}
		return s.print(env, func() error {
			rows := [][]string{{"Name", env.Project + "/" + env.Name}, {"Type", env.Type}, {"State", string(env.State)}, {"Template", orDash(text(env.Template))}}
			if env.Monthly != nil {
				rows = append(rows, []string{"Price/month", *env.Monthly + " as far as it is known"})
			}
			rows = append(rows, s.lifetime(*env, time.Now())...)
			if env.ActiveOperation != nil {
				rows = append(rows, []string{"Operation", *env.ActiveOperation})
			}
			if f := env.Failure; f != nil {
				rows = append(rows, []string{"Last change", "failed: " + f.Message})
			}
			if err := s.table("", rows); err != nil {
				return err
			}
			if f := env.Failure; f != nil {
				showLeft(s.Out, *f)
			}
			return s.showOutputs(*env)
		})
	}}
}

func (s *session) environment(cmd *cobra.Command, arg string) (*api.Environment, error) {
	project, name, err := place(arg)
	if err != nil {
		return nil, err
	}
	caller, err := s.api()
	if err != nil {
		return nil, err
	}
	answer, err := caller.GetEnvironmentWithResponse(cmd.Context(), project, name)
	if err := check(answer, err); err != nil {
		return nil, err
	}
	return answer.JSON200, nil
}

// showOutputs prints what a person can use now; of a secret, how to read it.
func (s *session) showOutputs(env api.Environment) error {
	var rows [][]string
	for _, alias := range slices.Sorted(maps.Keys(env.Outputs)) {
		values := env.Outputs[alias]
		for _, name := range slices.Sorted(maps.Keys(values)) {
			shown := shownValue(values[name])
			if secretAddress(values[name]) != "" {
				shown = fmt.Sprintf("secret → lazuli env secret %s/%s %s.%s", env.Project, env.Name, alias, name)
			}
			rows = append(rows, []string{"  " + alias + "." + name, shown})
		}
	}
	return s.table("", rows)
}

// shownValue is text as it is, and everything else as JSON.
func shownValue(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

func secretAddress(output any) string {
	members, _ := output.(map[string]any)
	address, _ := members["secret"].(string)
	return address
}

func (s *session) envSecret() *cobra.Command {
	return &cobra.Command{
		Use: "secret PROJECT/ENVIRONMENT RESOURCE.OUTPUT", Short: "Read a secret output from the vault", Args: cobra.ExactArgs(2),
		Long:    "Reads a secret from the vault that holds it, with your own rights there. The platform itself never sees it.",
		Example: "  psql \"$(lazuli env secret payments/dev db.url)\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			env, err := s.environment(cmd, args[0])
			if err != nil {
				return err
			}
			alias, name, _ := strings.Cut(args[1], ".")
			address := secretAddress(env.Outputs[alias][name])
			if address == "" {
				return hintError{fmt.Errorf("%s has no secret output %s", args[0], args[1]), "lazuli env show " + args[0]}
			}
			value, err := s.readSecret(cmd, address)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.Out, value)
			return err
		},
	}
}

// readSecret reads from what stands in for Key Vault on a laptop. Azure's own has its own sign-in.
func (s *session) readSecret(cmd *cobra.Command, address string) (string, error) {
	cfg, err := s.authConfig()
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(address, s.address()+"/vault/") { // our token is for this platform, and is shown to nobody else
		return "", hintError{fmt.Errorf("the secret is in another vault: %s", clean(address)), "az keyvault secret show --query value -o tsv --id " + clean(address)}
	}
	r, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, address+"?api-version=7.4", nil)
	if err != nil {
		return "", fmt.Errorf("address of the secret: %w", err)
	}
	response, err := s.transport(auth.TokenSource(cfg)).Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusForbidden:
		return "", hintError{errors.New("you may not read secrets of this vault"), "ask for the role Key Vault Secrets User"}
	case http.StatusNotFound:
		return "", errors.New("the vault does not hold the secret any more")
	default:
		return "", fmt.Errorf("the vault answered %s", response.Status)
	}
	var secret struct {
		Value string `json:"value"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&secret); err != nil {
		return "", fmt.Errorf("read the vault's answer: %w", err)
	}
	return secret.Value, nil
}

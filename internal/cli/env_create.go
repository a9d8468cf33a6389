package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// wish is what flags say of an environment.
type wish struct {
	envType, template, manifestFile, parameterFile string
	set, score                                     []string
	image                                          string
	yes, noWait                                    bool
	through                                        bool // watch on while it waits for approval
	operation                                      string
	timeout                                        time.Duration
	source                                         sourceFlags
}

func (w *wish) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.template, "template", "", "the template (lazuli template list)")
	cmd.Flags().StringArrayVar(&w.set, "set", nil, "NAME=VALUE of a parameter; may be repeated")
	cmd.Flags().StringVar(&w.parameterFile, "param-file", "", "JSON file of parameters")
	cmd.Flags().StringVar(&w.manifestFile, "file", "", "YAML or JSON file of a manifest, in place of a template")
	cmd.Flags().StringArrayVar(&w.score, "score", nil, "Score document to add to what the environment is, or to --file; may be repeated")
	cmd.Flags().StringVar(&w.image, "image", "", "the image of containers whose image is \".\" in a Score document")
	cmd.MarkFlagsMutuallyExclusive("template", "file")
	cmd.MarkFlagsMutuallyExclusive("template", "score")
	w.source.flags(cmd)
	w.waitFlags(cmd)
}

func (w *wish) waitFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&w.yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVar(&w.noWait, "no-wait", false, "do not watch")
	cmd.Flags().StringVar(&w.operation, "operation-id", "", "your own id for the operation: the same id is the same operation")
	cmd.Flags().DurationVar(&w.timeout, "timeout", 0, "watch no longer than this, such as 10m")
}

// operationID is made once, before the first try, and kept over all tries.
func (w *wish) operationID() string {
	if w.operation == "" {
		w.operation = ulid.MustNew(ulid.Now(), rand.Reader).String()
	}
	return w.operation
}

// spec makes the request. The template's schema gives the parameters their types.
func (w *wish) spec(ctx context.Context, caller *client.ClientWithResponses, project, name string) (api.EnvironmentSpec, error) {
	var spec api.EnvironmentSpec
	if w.envType != "" {
		spec.Type = &w.envType
	}
	if spec.From = w.source.source(); spec.From != nil {
		return spec, nil
	}
	if w.manifestFile != "" || len(w.score) > 0 {
		var err error
		spec.Manifest, err = w.manifest(ctx, caller, project, name)
		return spec, err
	}
	if w.template == "" {
		if len(w.set) > 0 || w.parameterFile != "" {
			return spec, usageError{errors.New("parameters go with --template")}
		}
		return spec, nil
	}
	spec.Template = &w.template
	answer, err := caller.GetTemplateWithResponse(ctx, w.template)
	if err := check(answer, err); err != nil {
		return spec, err
	}
	spec.Parameters, err = parameters(answer.JSON200.Parameters, w.parameterFile, w.set)
	return spec, err
}

// manifest is the one of the file, else what the environment is now, with the Score documents in it.
func (w *wish) manifest(ctx context.Context, caller *client.ClientWithResponses, project, name string) (*api.Manifest, error) {
	var m *api.Manifest
	var err error
	if w.manifestFile != "" {
		m, err = readManifest(w.manifestFile)
	} else {
		m, err = currentManifest(ctx, caller, project, name)
	}
	if err != nil {
		return nil, err
	}
	return m, addScore(m, w.score, w.image)
}

func (s *session) envCreate() *cobra.Command {
	w := &wish{}
	var expiresIn string
	cmd := &cobra.Command{
		Use: "create PROJECT/ENVIRONMENT", Short: "Create an environment from a template", Args: cobra.ExactArgs(1),
		Example: "  lazuli env create payments/dev --template web-service-with-database --set title=Payments",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			if w.template == "" && w.manifestFile == "" && len(w.score) == 0 && w.source.from == "" {
				return usageError{errors.New("say what you want with --template, --file, --score or --from; lazuli template list shows what there is")}
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			spec, err := w.spec(cmd.Context(), caller, project, name)
			if err != nil {
				return err
			}
			if err := s.previewAndAsk(cmd.Context(), caller, project, name, spec, w); err != nil {
				return err
			}
			if expiresIn != "" {
				spec.ExpiresIn = &expiresIn
			}
			create, id := "*", w.operationID()
			answer, err := caller.PutEnvironmentWithResponse(cmd.Context(), project, name, &api.PutEnvironmentParams{IfNoneMatch: &create, OperationID: &id}, spec)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.follow(cmd.Context(), caller, id, w)
		},
	}
	w.flags(cmd)
	cmd.Flags().StringVar(&w.envType, "type", "dev", "type of the environment")
	cmd.Flags().StringVar(&expiresIn, "expires-in", "", "how long it lives, such as P7D; else its type says")
	return cmd
}

func (s *session) deployCommand() *cobra.Command {
	w := &wish{}
	var plan bool
	cmd := &cobra.Command{
		Use: "deploy PROJECT/ENVIRONMENT", Short: "Deploy to an environment, or plan only", Args: cobra.ExactArgs(1),
		Long:    "Shows what would change, asks, deploys, and watches. Without a template or a file, what the environment is already is deployed again.",
		Example: "  lazuli deploy payments/dev\n  lazuli deploy payments/dev --template web-service-with-database --set title=\"New title\"\n  lazuli deploy payments/dev --score score.yaml --image registry.example/shop:1.4\n  lazuli deploy payments/dev --plan",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, name, err := place(args[0])
			if err != nil {
				return err
			}
			caller, err := s.api()
			if err != nil {
				return err
			}
			spec, err := w.spec(cmd.Context(), caller, project, name)
			if err != nil {
				return err
			}
			if err := s.previewAndAsk(cmd.Context(), caller, project, name, spec, w); err != nil {
				return err
			}
			mode := api.DeploymentSpecMode("deploy")
			if plan {
				mode = "plan"
			}
			id := w.operationID()
			body := api.DeploymentSpec{Mode: &mode, Template: spec.Template, Parameters: spec.Parameters, Manifest: spec.Manifest, From: spec.From}
			answer, err := caller.CreateDeploymentWithResponse(cmd.Context(), project, name, &api.CreateDeploymentParams{OperationID: &id}, body)
			if err := check(answer, err); err != nil {
				return err
			}
			return s.follow(cmd.Context(), caller, id, w)
		},
	}
	w.flags(cmd)
	cmd.Flags().BoolVar(&plan, "plan", false, "only plan: show what the engine would change")
	return cmd
}

// previewAndAsk shows what would happen, and asks a person. A program has to say --yes.
func (s *session) previewAndAsk(ctx context.Context, caller *client.ClientWithResponses, project, name string, spec api.EnvironmentSpec, w *wish) error {
	answer, err := caller.PreviewDeploymentWithResponse(ctx, project, name, spec)
	if err := check(answer, err); err != nil {
		return err
	}
	if err := s.showPreview(*answer.JSON200); err != nil {
		return err
	}
	if w.yes {
		return nil
	}
	return s.ask(ctx, "Deploy? [Y/n] ", func(answer string) bool {
		return answer == "" || strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")
	})
}

var errDeclined = errors.New("nothing was changed")

// ask asks a person a question. Where nobody sits at a terminal, it says how to answer beforehand.
func (s *session) ask(ctx context.Context, question string, isYes func(string) bool) error {
	if !s.interactive() {
		return usageError{errors.New("this has to be confirmed, and there is no terminal to ask on: add --yes")}
	}
	fmt.Fprint(s.Err, question)
	line := make(chan string, 1)
	go func() { // ends with the process at the latest: a read from a terminal cannot be interrupted
		text, _ := bufio.NewReader(s.In).ReadString('\n')
		line <- strings.TrimSpace(text)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case answer := <-line:
		if !isYes(answer) {
			return errDeclined
		}
		return nil
	}
}

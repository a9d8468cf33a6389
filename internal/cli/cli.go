package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/lazuli-platform/lazuli/internal/cli/auth"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// Version is set when the command is built for others.
var Version = "dev"

// Streams are what a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// session is one invocation: its flags, its streams, and the API once it is asked for.
type session struct {
	Streams
	getenv func(string) string
	url    string
	output string
	debug  bool
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, args []string, streams Streams, getenv func(string) string) int {
	s := &session{Streams: streams, getenv: getenv}
	root := s.root()
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		s.printError(ctx, err)
	}
	return exitCode(ctx, err)
}

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "lazuli",
		Short: "Ask for environments, and get them",
		Long: `Lazuli is an internal developer platform for Azure: ask for an environment from a
template, watch it being built, use it, delete it.

Begin on a laptop:   make run                      the whole platform on this machine
                     lazuli login --as admin       in another terminal
                     lazuli template list`,
		SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&s.url, "url", "", "address of the platform (default $LAZULI_URL, else http://localhost:7071)")
	flags.StringVarP(&s.output, "output", "o", "table", "table for people, json for programs")
	flags.BoolVar(&s.debug, "debug", false, "show every request, without secrets")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := cmd.ValidateFlagGroups(); err != nil {
			return usageError{err} // cobra says the same, but only later and as any error
		}
		if s.output != "table" && s.output != "json" {
			return usageError{fmt.Errorf("--output must be table or json, not %q", s.output)}
		}
		return nil
	}
	root.AddCommand(s.upCommand(), s.loginCommand(), s.logoutCommand(), s.whoamiCommand(), s.templateCommand(), s.catalogCommand(), s.definitionsCommand(), s.pricesCommand(), s.importCommand(), s.projectCommand(),
		s.teamCommand(), s.accessCommand(), s.roleCommand(), s.envCommand(), s.valueCommand(), s.deployCommand(), s.rollbackCommand(), s.promoteCommand(), s.approvalCommand(), s.driftCommand(), s.ejectCommand(), s.operationCommand(), s.searchCommand(), s.auditCommand(), s.subscriptionCommand(), s.apiCommand(), s.versionCommand(), s.runCommand())
	root.AddCommand(topics()...)
	refuseAsUsage(root)
	return root
}

// refuseAsUsage makes what a command says of its arguments a usage error, as what is wrong with its flags is one.
func refuseAsUsage(cmd *cobra.Command) {
	if accept := cmd.Args; accept != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := accept(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		refuseAsUsage(sub)
	}
}

func (s *session) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Say which lazuli this is", Args: cobra.NoArgs, Run: func(*cobra.Command, []string) {
		fmt.Fprintln(s.Out, "lazuli", Version)
	}}
}

// address is where the platform is: flag, environment, default.
func (s *session) address() string {
	for _, url := range []string{s.url, s.getenv("LAZULI_URL")} {
		if url != "" {
			return strings.TrimRight(url, "/")
		}
	}
	return "http://localhost:7071"
}

// issuer is who signs people in: a setting, else the platform's own.
func (s *session) issuer() string {
	if issuer := s.getenv("LAZULI_ISSUER"); issuer != "" {
		return strings.TrimRight(issuer, "/")
	}
	return s.address() + "/identity"
}

func (s *session) authConfig() (auth.Config, error) {
	environment, err := auth.ReadEnvironment(s.getenv)
	if err != nil {
		return auth.Config{}, err
	}
	return auth.Config{Issuer: s.issuer(), Token: environment.Token, Store: environment.Store(), Notices: s.Err}, nil
}

// api is the client of the contract, signed in.
func (s *session) api() (*client.ClientWithResponses, error) {
	cfg, err := s.authConfig()
	if err != nil {
		return nil, err
	}
	c, err := client.NewClientWithResponses(s.address()+"/v1", client.WithHTTPClient(s.transport(auth.TokenSource(cfg))))
	if err != nil {
		return nil, usageError{fmt.Errorf("the address %q cannot be used: %w", s.address(), err)}
	}
	return c, nil
}

// interactive reports whether a person sits at the other end of both streams.
func (s *session) interactive() bool {
	in, ok := s.In.(*os.File)
	return ok && term.IsTerminal(int(in.Fd())) && s.onTerminal()
}

// onTerminal reports whether progress is seen by a person.
func (s *session) onTerminal() bool {
	out, ok := s.Err.(*os.File)
	return ok && term.IsTerminal(int(out.Fd())) && s.getenv("CI") == "" && s.getenv("TERM") != "dumb"
}

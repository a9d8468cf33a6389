package cli

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/local"
	"github.com/lazuli-platform/lazuli/internal/local/engine"
)

func (s *session) upCommand() *cobra.Command {
	var cfg local.Config
	var logFile string
	cmd := &cobra.Command{
		Use: "up", Short: "Run the whole platform on this machine", Args: cobra.NoArgs,
		Long: `Runs the platform with nothing but its repository: the packaged handler under a Functions host, Table
Storage, Service Bus, Azure DevOps with an agent, an identity provider, a vault, and a sandbox in which
environments are made for real. Everything is kept in the data folder. Ctrl-C ends it and loses nothing.`,
		Example: "  lazuli up\n  lazuli up --address 127.0.0.1:8080 --data /tmp/lazuli",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := beside(&cfg); err != nil {
				return err
			}
			log, err := openLog(cfg.Dir, logFile)
			if err != nil {
				return err
			}
			defer log.Close()
			cfg.Log = slog.New(slog.NewJSONHandler(log, nil))
			slog.SetDefault(cfg.Log) // libraries that log by themselves go to the file too
			return s.up(cmd, cfg)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cfg.Address, "address", "127.0.0.1:7071", "where the platform is reached")
	flags.StringVar(&cfg.SitesAddress, "sites-address", "127.0.0.1:7080", "where web apps are served")
	flags.StringVar(&cfg.Dir, "data", ".lazuli", "the data folder")
	flags.StringVar(&cfg.App, "app", "", "the packaged app (default dist/app of the repository)")
	flags.StringVar(&cfg.Repository, "repository", "", "the checkout that pipeline runs see (default the one of this command)")
	flags.StringVar(&cfg.Engine, "engine", "", "the Terraform engine: a path or a name on PATH (default tofu, terraform, else OpenTofu is built)")
	flags.StringVar(&cfg.PostgresDSN, "postgres-dsn", "", "make databases in this PostgreSQL server")
	flags.BoolVar(&cfg.NoPostgres, "no-postgres", false, "make SQLite files in place of PostgreSQL databases")
	flags.StringVar(&logFile, "log", "", "the log (default lazuli.log in the data folder)")
	return cmd
}

// beside finds what was built together with this command.
func beside(cfg *local.Config) error {
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this command: %w", err)
	}
	if executable, err = filepath.EvalSymlinks(executable); err != nil {
		return fmt.Errorf("find this command: %w", err)
	}
	cfg.Bin = filepath.Dir(executable)
	if cfg.Repository == "" {
		cfg.Repository = filepath.Dir(cfg.Bin)
	}
	if cfg.App == "" {
		cfg.App = filepath.Join(cfg.Repository, "dist", "app")
	}
	return nil
}

func openLog(dir, file string) (*os.File, error) {
	if file == "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
		file = filepath.Join(dir, "lazuli.log")
	}
	log, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) // #nosec G304 -- the user names it
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return log, nil
}

func (s *session) up(cmd *cobra.Command, cfg local.Config) error {
	cfg.OnEngine = s.engineProgress()
	platform, err := local.Start(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	serves := "API" // the portal takes Node to build
	if platform.HasPortal() {
		serves = "portal, API"
	}
	fmt.Fprintf(s.Out, "Lazuli is up at %s   (%s; data in %s)\n", platform.URL(), serves, cfg.Dir)
	fmt.Fprintf(s.Out, "  Terraform engine   %s\n", platform.Engine())
	fmt.Fprintf(s.Out, "  Azure DevOps       %s/devops/lazuli   local stand-in, 1 agent\n", platform.URL())
	fmt.Fprintf(s.Out, "  Databases          %s\n", platform.Databases())
	fmt.Fprintf(s.Out, "Sign in as admin, team-owner, developer or viewer. Next:  lazuli login --as admin\n")
	<-cmd.Context().Done()
	fmt.Fprintln(s.Err, "\nStopping; everything is kept in", cfg.Dir)
	return platform.Close()
}

// engineProgress tells how the building of an engine goes on: on a terminal in one line, else every tenth part.
func (s *session) engineProgress() func(engine.Status) {
	told := -1
	return func(status engine.Status) {
		if status.State != engine.Building {
			if told >= 0 {
				fmt.Fprintf(s.Err, "\n  Terraform engine   %s\n", status)
			}
			return
		}
		part := 0
		if status.Total > 0 {
			part = 10 * status.Done / status.Total
		}
		switch {
		case s.onTerminal():
			fmt.Fprintf(s.Err, "\r\x1b[K  %s", status)
		case part != told:
			fmt.Fprintf(s.Err, "  %s\n", status)
		}
		told = part
	}
}

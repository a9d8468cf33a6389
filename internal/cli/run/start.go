package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// Start claims the operation. It sets the variable lazuli.decision to proceed or superseded; superseded is not an error:
// the run ends green and has touched nothing.
func (s *Session) Start(ctx context.Context) error {
	caller, err := s.api()
	if err != nil {
		return err
	}
	response, err := repeat(ctx, s, "claim the operation", func(ctx context.Context) (*client.StartRunResponse, error) {
		return caller.StartRunWithResponse(ctx, s.Operation, api.RunStart{Run: s.Run})
	})
	if err != nil {
		return err
	}
	decision := response.JSON200
	if decision == nil {
		return fmt.Errorf("claim the operation: the API answered %d without a decision", response.StatusCode())
	}
	fmt.Fprintln(s.Out, safe(decision.Reason))
	s.setVariable("lazuli.decision", string(decision.Decision))
	if decision.Decision != "proceed" {
		return nil
	}
	secret := value(decision.Secret)
	fmt.Fprintf(s.Out, "##vso[task.setsecret]%s\n", secret)
	fmt.Fprintf(s.Out, "##vso[build.addbuildtag]op-%s\n", s.Operation)
	mode := string(value(decision.Mode))
	s.setVariable("lazuli.mode", mode)
	c := claim{Operation: s.Operation, Mode: mode, Secret: secret, PlanKey: value(decision.PlanKey), Plan: value(decision.Plan)}
	if c.PlanKey != "" {
		fmt.Fprintf(s.Out, "##vso[task.setsecret]%s\n", c.PlanKey)
	}
	if mode == modeApply {
		if _, err := strconv.ParseUint(value(decision.PlanRun), 10, 63); err != nil {
			return fmt.Errorf("claim the operation: the run that kept the plan has no number: %w", err)
		}
		s.setVariable("lazuli.planRun", value(decision.PlanRun))
	}
	return s.writeJSON(claimFile, c)
}

// Bundle fetches the Terraform root into the run's folder.
func (s *Session) Bundle(ctx context.Context) error {
	c, err := s.claim()
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	response, err := repeat(ctx, s, "fetch the bundle", func(ctx context.Context) (*client.GetRunBundleResponse, error) {
		return caller.GetRunBundleWithResponse(ctx, s.Operation, &api.GetRunBundleParams{LazuliRunSecret: c.Secret})
	})
	if err != nil {
		return err
	}
	if response.JSON200 == nil {
		return fmt.Errorf("fetch the bundle: the API answered %d without one", response.StatusCode())
	}
	for name, content := range response.JSON200.Files {
		if err := s.writeFile(name, content); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.Out, "%d files, digest %s\n", len(response.JSON200.Files), response.JSON200.Digest)
	return nil
}

// writeFile writes a file of the bundle. A name that leads out of the root is refused, whoever sent it.
func (s *Session) writeFile(name, content string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, `\`) {
		return fmt.Errorf("the bundle holds a file with a name that leads out of its folder: %q", name)
	}
	path := filepath.Join(s.root(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder of %s: %w", name, err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

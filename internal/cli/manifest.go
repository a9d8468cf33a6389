package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"go.yaml.in/yaml/v4"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// readManifest reads a manifest from a YAML or JSON file; the platform checks it.
func readManifest(file string) (*api.Manifest, error) {
	var m api.Manifest
	if err := readDocument(file, &m); err != nil {
		return nil, usageError{fmt.Errorf("%s is no manifest: %w", file, err)}
	}
	return &m, nil
}

// readDocument reads YAML, which JSON is too. Numbers keep their text.
func readDocument(file string, into any) error {
	raw, err := os.ReadFile(file) // #nosec G304 -- the user names it
	if err != nil {
		return err
	}
	var value any
	if err := yaml.Unmarshal(raw, &value); err != nil {
		return err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// currentManifest is what the environment is now, as it was asked for; empty for one that does not exist yet.
func currentManifest(ctx context.Context, caller *client.ClientWithResponses, project, name string) (*api.Manifest, error) {
	environment, err := caller.GetEnvironmentWithResponse(ctx, project, name)
	if err == nil && environment.StatusCode() == http.StatusNotFound {
		return &api.Manifest{}, nil
	}
	if err := check(environment, err); err != nil {
		return nil, err
	}
	if environment.JSON200.Deployment == nil {
		return &api.Manifest{}, nil
	}
	deployment, err := caller.GetDeploymentWithResponse(ctx, project, name, *environment.JSON200.Deployment)
	if err := check(deployment, err); err != nil {
		return nil, err
	}
	if deployment.JSON200.Asked != nil {
		return deployment.JSON200.Asked, nil
	}
	return &deployment.JSON200.Manifest, nil
}

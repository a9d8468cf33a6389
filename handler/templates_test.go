package main_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// Every template that ships deploys, through API and pipeline, and gives all outputs that its resource types promise.
func TestTemplates(t *testing.T) {
	r := startPlatform(t)
	r.project("payments")
	answer, err := r.as("developer").ListTemplatesWithResponse(t.Context())
	if err != nil || answer.JSON200 == nil {
		t.Fatalf("list templates: %v", err)
	}
	types := r.resourceTypes()
	for i, template := range answer.JSON200.Value {
		t.Run(template.Name, func(t *testing.T) {
			kind := "dev"
			name, id := fmt.Sprintf("template-%d", i), fmt.Sprintf("01TEMPLATES000000000000%03dA", i)
			spec := api.EnvironmentSpec{Type: &kind, Template: &template.Name, Parameters: required(template.Parameters)}
			r.mustDeploy(t, name, id, spec)
			env := mustGet(t, r, name)
			for alias, resource := range template.Manifest.Resources {
				mustPromise(t, types[resource.Type], env.Outputs[alias])
			}
		})
	}
}

// Every resource type that ships can be had on this machine: all of them in one environment, and nothing is left when it is deleted.
func TestResourceTypes(t *testing.T) {
	r := startPlatform(t)
	r.project("payments")
	types := r.resourceTypes()
	m := api.Manifest{Resources: map[string]api.ManifestResource{}}
	for name := range types {
		m.Resources["the-"+name] = api.ManifestResource{Type: name}
	}
	for name, inputs := range map[string]map[string]any{
		"vm-extension":  {"machine": "${resources.the-virtual-machine.outputs.name}", "script": "echo hello"},
		"devtest-lab":   {"maxMachines": 3},
		"container-app": {"image": "acme/app:1"},
		"workload":      {"containers": map[string]any{"main": map[string]any{"image": "acme/shop:1"}}},
	} {
		if _, ok := types[name]; !ok {
			t.Fatalf("the type %s does not ship", name)
		}
		m.Resources["the-"+name] = api.ManifestResource{Type: name, Inputs: inputs}
	}
	kind, id := "dev", "01TYPES000000000000000001A"
	r.mustDeploy(t, "all", id, api.EnvironmentSpec{Type: &kind, Manifest: &m})
	env := mustGet(t, r, "all")
	for name, resourceType := range types {
		t.Run(name, func(t *testing.T) { mustPromise(t, resourceType, env.Outputs["the-"+name]) })
	}
	gone := "01TYPES000000000000000002A"
	answer, err := r.as("developer").DeleteEnvironmentWithResponse(t.Context(), "payments", "all", &api.DeleteEnvironmentParams{OperationID: &gone})
	if err != nil || answer.JSON202 == nil {
		t.Fatalf("delete: %v %s", err, said(answer.Body))
	}
	if op := r.await(gone); op.Status != "Succeeded" {
		t.Errorf("delete ended as %s: %+v", op.Status, op.Error)
	}
}

func (r *running) resourceTypes() map[string]api.ResourceType {
	r.t.Helper()
	answer, err := r.as("developer").ListResourceTypesWithResponse(r.t.Context())
	if err != nil || answer.JSON200 == nil || len(answer.JSON200.Value) < 12 {
		r.t.Fatalf("list resource types: %v %s", err, said(answer.Body))
	}
	types := map[string]api.ResourceType{}
	for _, one := range answer.JSON200.Value {
		types[one.Name] = one
	}
	return types
}

func (r *running) mustDeploy(t *testing.T, name, id string, spec api.EnvironmentSpec) {
	t.Helper()
	made, err := r.as("developer").PutEnvironmentWithResponse(t.Context(), "payments", name, &api.PutEnvironmentParams{OperationID: &id}, spec)
	if err != nil || made.JSON201 == nil {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	if op := r.await(id); op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
}

// required gives a value for each parameter that must be given.
func required(schema map[string]any) map[string]any {
	out := map[string]any{}
	names, _ := schema["required"].([]any)
	for _, name := range names {
		out[name.(string)] = "Given"
	}
	return out
}

// mustPromise checks that every output is there that the type requires; a secret one as a reference.
func mustPromise(t *testing.T, kind api.ResourceType, outputs api.ResourceOutputs) {
	t.Helper()
	names, _ := kind.Outputs["required"].([]any)
	properties, _ := kind.Outputs["properties"].(map[string]any)
	for _, name := range names {
		value, ok := outputs[name.(string)]
		if !ok || value == nil {
			t.Errorf("%s gives no %s: %v", kind.Name, name, outputs)
			continue
		}
		property, _ := properties[name.(string)].(map[string]any)
		reference, _ := value.(map[string]any)
		if _, isReference := reference["secret"].(string); property["x-secret"] == true && !isReference {
			t.Errorf("%s gives its secret %s in clear", kind.Name, name)
		}
	}
	if honesty, _ := outputs["honesty"].(string); !slices.Contains([]string{"real", "stand-in"}, honesty) {
		t.Errorf("%s says of its honesty %q", kind.Name, honesty)
	}
}

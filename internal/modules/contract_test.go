package modules_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/modules"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/render"
	"github.com/lazuli-platform/lazuli/internal/replay"
)

const infra = "../../infra"

var tree = os.DirFS(infra + "/modules")

func shipped(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS(infra+"/catalog"), tree, catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// azureModules are those in infra/modules/azure, by folder.
func azureModules(t *testing.T) map[string]modules.Module {
	t.Helper()
	folders, err := modules.List(tree)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]modules.Module{}
	for _, folder := range folders {
		if !strings.HasPrefix(folder, "azure/") {
			continue
		}
		if out[folder], err = modules.Read(tree, folder); err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 15 {
		t.Fatalf("only %d modules were found", len(out))
	}
	return out
}

// Whatever can be asked for on a laptop can be asked for in Azure, by its definitions in use.
func TestCatalog_everyTypeIsBuiltInAzure(t *testing.T) {
	c := shipped(t)
	for _, kind := range c.ResourceTypes() {
		built := map[string]bool{}
		for _, d := range c.DefinitionsOf(kind.Name) {
			built[d.Target()] = len(d.Files) > 0
		}
		if !built["azure"] || !built["local"] {
			t.Errorf("%s is built by %v", kind.Name, built)
		}
	}
}

// ofTheRoot are variables that no type has and no definition fixes: roots give them.
var ofTheRoot = []string{"context", "power"}

// A module takes what its type takes and gives what its type gives, no more and no less; what else it takes has a default, so that a
// definition may leave it to the module.
func TestModules_areTheirTypes(t *testing.T) {
	c := shipped(t)
	all := azureModules(t)
	checked := map[string]bool{}
	for _, d := range c.Definitions() {
		m, ok := all[d.Module]
		if !ok {
			continue
		}
		checked[d.Module] = true
		kind, _ := c.ResourceType(d.Type)
		holdInputs(t, m, d, kind)
		given := map[string]bool{}
		for _, o := range m.Outputs {
			given[o.Name] = o.Sensitive
		}
		promised := map[string]bool{}
		for _, name := range kind.Outputs.Names() {
			promised[name] = kind.Outputs.Secret(name)
		}
		if diff := cmp.Diff(promised, given); diff != "" {
			t.Errorf("%s: outputs, and whether they are secret (-type %s +module):\n%s", d.Module, kind.Name, diff)
		}
	}
	own := []string{}
	for folder := range all {
		if !checked[folder] {
			own = append(own, folder)
		}
	}
	slices.Sort(own)
	target := render.Azure(render.AzureSettings{})
	if diff := cmp.Diff([]string{target.Base, target.ReadSecret, target.Secret}, own); diff != "" {
		t.Errorf("modules that no definition uses (-want +got):\n%s", diff)
	}
}

func holdInputs(t *testing.T, m modules.Module, d platform.ResourceDefinition, kind platform.ResourceType) {
	t.Helper()
	var fixed map[string]any
	if len(d.Inputs) > 0 {
		if err := json.Unmarshal(d.Inputs, &fixed); err != nil {
			t.Fatal(err)
		}
	}
	variables := map[string]modules.Variable{}
	for _, v := range m.Variables {
		variables[v.Name] = v
		_, asked := kind.Inputs.Property(v.Name)
		if !asked && v.Default == "" && !slices.Contains(ofTheRoot, v.Name) {
			t.Errorf("%s: the variable %s is no input of the type and has no default", m.Path, v.Name)
		}
		if v.Description == "" {
			t.Errorf("%s: the variable %s is not described", m.Path, v.Name)
		}
	}
	for _, name := range kind.Inputs.Names() {
		v, ok := variables[name]
		if !ok {
			t.Errorf("%s: the input %s of the type %s is no variable", m.Path, name, kind.Name)
			continue
		}
		property, _ := kind.Inputs.Property(name)
		if want, has := property["default"]; has && v.Default != "" && !slices.Contains([]string{"set(string)", "any"}, v.Type) {
			var got any
			if err := json.Unmarshal([]byte(v.Default), &got); err != nil || cmp.Diff(want, got) != "" {
				t.Errorf("%s: %s is %s by default, and %v by the type", m.Path, name, v.Default, want)
			}
		}
	}
	for name := range fixed {
		if _, ok := variables[name]; !ok {
			t.Errorf("%s fixes %s, which the module %s does not take", d.Name, name, m.Path)
		}
	}
}

// What can be off says so: a module with the variable power is used by definitions that hibernate, but for those that say why not.
func TestDefinitions_hibernateWhereTheModuleCan(t *testing.T) {
	all := azureModules(t)
	for _, d := range shipped(t).Definitions() {
		m, ok := all[d.Module]
		if !ok || d.Name == "postgres-flexible-prod" { // production does not sleep
			continue
		}
		if can := slices.ContainsFunc(m.Variables, func(v modules.Variable) bool { return v.Name == "power" }); can != d.Power {
			t.Errorf("%s: the module can be off: %t, the definition says power: %t", d.Name, can, d.Power)
		}
	}
}

// Everything that can have tags has them, and is not taken over by a later operation.
func TestModules_tagEverything(t *testing.T) {
	text, err := os.ReadFile("../replay/testdata/azurerm-" + render.Azure(render.AzureSettings{}).Providers["azurerm"].Version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := replay.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	tagged := 0
	for folder, m := range azureModules(t) {
		for _, r := range m.Resources {
			if r.Data || !recorded.Takes(r.Type, "tags") {
				continue
			}
			tagged++
			if !slices.Contains(r.Attributes, "tags") {
				t.Errorf("%s: %s.%s has no tags: nobody would find it again", folder, r.Type, r.Name)
			}
			if !strings.Contains(r.Ignores, `tags["lazuli-operation"]`) {
				t.Errorf("%s: %s.%s would be changed by every operation", folder, r.Type, r.Name)
			}
		}
	}
	if tagged < 20 {
		t.Errorf("only %d resources were looked at", tagged)
	}
}

// Modules use azurerm in the version that roots ask for, and what engines bring along; nothing that could not be checked.
func TestModules_useNothingElse(t *testing.T) {
	version := render.Azure(render.AzureSettings{}).Providers["azurerm"].Version
	want := map[string]modules.Provider{"azurerm": {Source: "hashicorp/azurerm", Version: "~> " + version}}
	for folder, m := range azureModules(t) {
		if diff := cmp.Diff(want, m.Providers); diff != "" {
			t.Errorf("%s: providers (-want +got):\n%s", folder, diff)
		}
		for _, r := range m.Resources {
			if !strings.HasPrefix(r.Type, "azurerm_") && r.Type != "terraform_data" {
				t.Errorf("%s uses %s", folder, r.Type)
			}
		}
	}
}

// The recording holds what is used by modules and by the platform's own infrastructure, all of it and nothing else.
func TestRecording_isWhatModulesUse(t *testing.T) {
	text, err := os.ReadFile("../replay/testdata/azurerm-" + render.Azure(render.AzureSettings{}).Providers["azurerm"].Version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := replay.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	azure, err := fs.Sub(tree, "azure")
	if err != nil {
		t.Fatal(err)
	}
	var resources, dataSources []string
	for _, folder := range []fs.FS{azure, os.DirFS("../../infra/platform")} {
		r, d, err := replay.Used(folder)
		if err != nil {
			t.Fatal(err)
		}
		resources, dataSources = append(resources, r...), append(dataSources, d...)
	}
	slices.Sort(resources)
	slices.Sort(dataSources)
	resources, dataSources = slices.Compact(resources), slices.Compact(dataSources)
	if diff := cmp.Diff(resources, slices.Sorted(maps.Keys(recorded.Resources))); diff != "" {
		t.Errorf("resources (-used +recorded), make azurerm-schema records them:\n%s", diff)
	}
	if diff := cmp.Diff(dataSources, slices.Sorted(maps.Keys(recorded.DataSources))); diff != "" {
		t.Errorf("data sources (-used +recorded), make azurerm-schema records them:\n%s", diff)
	}
}

// What all modules have in common is the same in all: where they stand, and how names are made.
func TestModules_shareTheirContext(t *testing.T) {
	want, err := fs.ReadFile(tree, "testing/context.tf")
	if err != nil {
		t.Fatal(err)
	}
	target := render.Azure(render.AzureSettings{})
	for folder := range azureModules(t) {
		if folder == target.Base || folder == target.ReadSecret {
			continue
		}
		got, err := fs.ReadFile(tree, path.Join(folder, "context.tf"))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s/context.tf differs from testing/context.tf:\n%s", folder, diff)
		}
	}
}

// Every module has tests, and each of its tests could fail.
func TestModules_areTested(t *testing.T) {
	for folder := range azureModules(t) {
		text, err := fs.ReadFile(tree, path.Join(folder, "tests/module.tftest.hcl"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, run := range strings.Split(string(text), "\nrun ")[1:] {
			if !strings.Contains(run, "assert {") && !strings.Contains(run, "expect_failures") {
				t.Errorf("%s: the run %.40s asserts nothing", folder, run)
			}
		}
	}
}

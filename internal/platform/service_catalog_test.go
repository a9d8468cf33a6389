package platform_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// aTemplate is a document for publishing; text stands in its description, so that another text is other content.
func aTemplate(t *testing.T, s *servicePlatform, name, version, text string) platform.CatalogItem {
	t.Helper()
	document, err := json.Marshal(map[string]any{"apiVersion": "lazuli/v1", "kind": "Template",
		"metadata": map[string]any{"name": name, "title": "T", "version": version, "description": text},
		"spec": map[string]any{"parameters": map[string]any{"type": "object"}, "manifest": map[string]any{
			"resources": map[string]any{"files": map[string]any{"type": "storage-account", "inputs": map[string]any{"containers": []string{"version" + version}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	item, err := s.ReadCatalogItem(t.Context(), admin, document, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// aDefinition builds storage accounts where the rule applies, with the module of the shipped definition.
func aDefinition(t *testing.T, s *servicePlatform, name, rule string) platform.CatalogItem {
	t.Helper()
	shipped, err := s.GetCatalogItem(t.Context(), admin, platform.KindResourceDefinition, "storage-account-local", "1")
	if err != nil {
		t.Fatal(err)
	}
	document := `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"` + name + `"},
		"spec":{"type":"storage-account","module":"modules/local/storage-account","match":[` + rule + `]}}`
	item, err := s.ReadCatalogItem(t.Context(), admin, json.RawMessage(document), shipped.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func (s *servicePlatform) publish(t *testing.T, items ...platform.CatalogItem) []platform.ItemChange {
	t.Helper()
	done, err := s.PublishCatalog(t.Context(), admin, platform.Publication{Items: items, Commit: "c0ffee"})
	if err != nil {
		t.Fatal(err)
	}
	return done.Changes
}

// The life of a version: added, left alone, refused, made the default, given up.
func TestPublishCatalog_versions(t *testing.T) {
	s := newService(t)
	one, two := aTemplate(t, s, "shop", "1", "first"), aTemplate(t, s, "shop", "2", "second")
	want := func(action string, status platform.ItemStatus, item platform.CatalogItem, got []platform.ItemChange) {
		t.Helper()
		if diff := cmp.Diff([]platform.ItemChange{{Kind: item.Kind, Name: item.Name, Version: item.Version, Action: action, Status: status}}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	statuses := func(want string) {
		t.Helper()
		items, _, err := s.ListCatalogItems(t.Context(), developer, platform.CatalogFilter{Kind: platform.KindTemplate, Name: "shop"}, platform.Page{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range items {
			got = append(got, i.Version+" "+string(i.Status))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("the versions are %v, want %s", got, want)
		}
	}
	want("added", platform.StatusDefault, one, s.publish(t, one))
	before, _, _ := s.GetCatalog(t.Context(), developer)
	want("unchanged", platform.StatusDefault, one, s.publish(t, one))
	if after, _, _ := s.GetCatalog(t.Context(), developer); after.Revision != before.Revision {
		t.Error("publishing the same again made a release")
	}
	proposed := two
	proposed.Status = platform.StatusProposed
	want("added", platform.StatusProposed, two, s.publish(t, proposed))
	statuses("1 default, 2 proposed")
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, two.Kind, two.Name, two.Version, platform.StatusDefault); err != nil {
		t.Fatal(err)
	}
	statuses("1 deprecated, 2 default")
	want("unchanged", platform.StatusDeprecated, one, s.publish(t, one))
	_, err := s.PublishCatalog(t.Context(), admin, platform.Publication{Items: []platform.CatalogItem{aTemplate(t, s, "other", "1", "x"), aTemplate(t, s, "shop", "1", "changed")}})
	refusedAt(t, err, platform.VersionExists, "/items/1")
	if _, err := s.GetCatalogItem(t.Context(), admin, platform.KindTemplate, "other", "1"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("half of a refused publication is there: %v", err)
	}
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, two.Kind, two.Name, two.Version, platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	if _, err := s.GetTemplate(t.Context(), developer, "shop"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("a defective template can be had: %v", err)
	}
	item, err := s.GetCatalogItem(t.Context(), developer, one.Kind, one.Name, one.Version)
	if err != nil || item.Commit != "c0ffee" || item.PublishedBy != "admin" || !item.PublishedAt.Equal(noon) {
		t.Errorf("the version says %+v, %v", item, err)
	}
}

func refusedAt(t *testing.T, err error, code platform.Code, pointers ...string) {
	t.Helper()
	var e *platform.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want %s", err, code)
	}
	var at []string
	for _, d := range e.Details {
		at = append(at, d.Pointer)
	}
	if e.Code != code || strings.Join(at, " ") != strings.Join(pointers, " ") {
		t.Fatalf("got %v at %v, want %s at %v", err, at, code, pointers)
	}
}

// What would make the catalog unsound is refused, and says which item is at fault.
func TestPublishCatalog_unsound(t *testing.T) {
	s := newService(t)
	s.publish(t, aDefinition(t, s, "one", `{"class":"small"}`))
	_, err := s.PublishCatalog(t.Context(), admin, platform.Publication{Items: []platform.CatalogItem{aTemplate(t, s, "shop", "1", "x"), aDefinition(t, s, "two", `{"class":"small"}`)}})
	refusedAt(t, err, platform.Invalid, "/items/1")
	if text := fmt.Sprint(details(err)); !strings.Contains(text, `"one" and "two"`) {
		t.Errorf("two equal rules: %s", text)
	}
	broken := aDefinition(t, s, "three", `{"class":"large"}`)
	broken.Files = map[string]string{"main.tf": `output "name" { value = 1 }`}
	_, err = s.PublishCatalog(t.Context(), admin, platform.Publication{Items: []platform.CatalogItem{broken}})
	if platform.CodeOf(err) != platform.Invalid {
		t.Errorf("a module without the outputs of its type: %v", err)
	}
	if _, err := s.ReadCatalogItem(t.Context(), admin, json.RawMessage(`{"apiVersion":"lazuli/v1","kind":"Nothing","metadata":{},"spec":{}}`), nil, "/items/4"); err != nil {
		refusedAt(t, err, platform.Invalid, "/items/4/document")
	} else {
		t.Error("a document of no kind is read")
	}
}

// Publications at the same time all take effect, one after another.
func TestPublishCatalog_atTheSameTime(t *testing.T) {
	s := newService(t)
	names := []string{"aa", "bb", "cc", "dd"}
	items := make([]platform.CatalogItem, len(names))
	for i, name := range names {
		items[i] = aTemplate(t, s, name, "1", "x")
	}
	var running sync.WaitGroup
	for _, item := range items {
		running.Go(func() {
			if _, err := s.PublishCatalog(t.Context(), admin, platform.Publication{Items: []platform.CatalogItem{item}}); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	for _, name := range names {
		if _, err := s.GetTemplate(t.Context(), developer, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A project that pins a version keeps it when another becomes the default, and is told when it may not have it any more.
func TestPin(t *testing.T) {
	s := newService(t)
	s.publish(t, aTemplate(t, s, "shop", "1", "first"))
	p, err := s.GetProject(t.Context(), owner, "payments")
	if err != nil {
		t.Fatal(err)
	}
	spec := platform.ProjectSpec{Title: p.Title, Team: p.Team, Members: p.Members, Pins: []platform.Pin{{Kind: platform.KindTemplate, Name: "shop", Version: "1"}}}
	if _, err := s.PutProject(t.Context(), owner, "payments", spec, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
	s.publish(t, aTemplate(t, s, "shop", "2", "second"))
	containers := func() string {
		t.Helper()
		preview, err := s.PreviewDeployment(t.Context(), developer, "payments", "dev", platform.EnvironmentSpec{Type: "dev", Template: "shop"})
		if err != nil {
			return string(platform.CodeOf(err))
		}
		return preview.Changes[0].Definition + " " + preview.Changes[0].Alias
	}
	if _, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", platform.EnvironmentSpec{Type: "dev", Template: "shop"}, platform.Preconditions{}, operationOne); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.ListDeployments(t.Context(), developer, "payments", "dev", platform.Page{})
	if err != nil || list[0].TemplateVersion != "1" {
		t.Errorf("deployed %+v, %v; want version 1", list, err)
	}
	if got := containers(); got != "storage-account-local@1 files" {
		t.Errorf("preview: %s", got)
	}
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindTemplate, "shop", "1", platform.StatusDefective); err != nil {
		t.Fatal(err)
	}
	if got := containers(); got != string(platform.Invalid) {
		t.Errorf("a pin to a defective version: %s", got)
	}
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	if _, err := s.DeleteEnvironment(t.Context(), developer, "payments", "dev", platform.Preconditions{}, "01SERVICE00000000000000009"); err != nil {
		t.Errorf("what was made with a defective version cannot be deleted: %v", err)
	}
}

// The package is taken in once; what was published since stays.
func TestSeedCatalog_again(t *testing.T) {
	s := newService(t)
	_, items, err := s.GetCatalog(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetCatalogItemStatus(t.Context(), admin, platform.KindTemplate, "empty", "1", platform.StatusDeprecated); err != nil {
		t.Fatal(err)
	}
	seed := append(items, aTemplate(t, s, "shop", "1", "packaged"))
	s.publish(t, aTemplate(t, s, "shop", "1", "published"))
	for range 2 {
		if err := s.SeedCatalog(t.Context(), seed); err != nil {
			t.Fatal(err)
		}
	}
	if shop, err := s.GetTemplate(t.Context(), developer, "shop"); err != nil || shop.Description != "published" {
		t.Errorf("the published version became %q, %v", shop.Description, err)
	}
	if _, err := s.GetTemplate(t.Context(), developer, "empty"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("the package undid a decision: %v", err)
	}
}

func TestExplainDefinitions(t *testing.T) {
	s := newService(t)
	proposed := aDefinition(t, s, "next", `{"class":"tiny"}`)
	proposed.Status = platform.StatusProposed
	s.publish(t, proposed, aDefinition(t, s, "small", `{"class":"small"}`), aDefinition(t, s, "small-in-dev", `{"class":"small","environmentType":"dev"}`), aDefinition(t, s, "of-shop", `{"project":"shop"}`))
	got, err := s.ExplainDefinitions(t.Context(), developer, platform.ExplainSpec{Project: "payments", EnvironmentType: "dev", Type: "storage-account", Class: "small"})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got {
		lines = append(lines, c.Definition+" "+c.Outcome+": "+c.Reason)
	}
	want := []string{
		"small-in-dev@1 chosen: Most specific: class small, environment type dev.",
		"small@1 lost: class small is less specific than class small, environment type dev of small-in-dev.",
		"storage-account-local@1 lost: everywhere is less specific than class small, environment type dev of small-in-dev.",
		"of-shop@1 noMatch: No rule applies: it matches project shop.",
		"storage-account-azure@1 otherTarget: It builds on azure, and this installation does not.",
		"next@1 notDefault: This version is proposed.",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

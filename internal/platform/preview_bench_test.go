package platform_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// The catalog of a large company: 500 resource types with 4 definitions each, and 200 policies.
const (
	largeTypes       = 500
	largeDefinitions = 4
	largePolicies    = 200
)

func largeCatalog(b *testing.B, s *servicePlatform) []platform.CatalogItem {
	b.Helper()
	module := map[string]string{"main.tf": "variable \"context\" {}\nvariable \"size\" { default = 1 }\nvariable \"public\" { default = false }\noutput \"url\" { value = \"x\" }\n"}
	var items []platform.CatalogItem
	add := func(files map[string]string, format string, args ...any) {
		item, err := s.ReadCatalogItem(b.Context(), admin, json.RawMessage(fmt.Sprintf(format, args...)), files, "")
		if err != nil {
			b.Fatal(err)
		}
		items = append(items, item)
	}
	for i := range largeTypes {
		add(nil, `{"apiVersion":"lazuli/v1","kind":"ResourceType","metadata":{"name":"type-%d","title":"T"},"spec":{"inputs":{"type":"object","properties":{"size":{"type":"integer","default":1},"public":{"type":"boolean","default":false}}},"outputs":{"type":"object","properties":{"url":{"type":"string"}}}}}`, i)
		for j := range largeDefinitions {
			add(module, `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"type-%d-%d"},"spec":{"type":"type-%d","module":"modules/local/x","match":[{"class":"class-%d"},{"environmentType":"dev","class":"class-%d","project":"payments"}],"price":[{"meter":"a/b/small","quantity":"${inputs.size}"}]}}`, i, j, i, j, j)
		}
	}
	for i := range largePolicies {
		add(nil, `{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"policy-%d"},"spec":{"when":"environment.type == \"dev\"","require":"request.resources.filter(r, r.type == \"type-%d\").all(r, !r.inputs.public)","message":"No."}}`, i, i)
	}
	return items
}

// A preview of 20 resources with references, prices and policies, over storage: the issue is p99 under 100 ms.
func BenchmarkPreview_largeCatalog(b *testing.B) {
	s := newService(b)
	s.Prices = sheet{"a/b/small": meter(b, "1 Hour", "0", "0.017")}
	s.Region = "westeurope"
	if _, err := s.PublishCatalog(b.Context(), admin, platform.Publication{Items: largeCatalog(b, s)}); err != nil {
		b.Fatal(err)
	}
	m := platform.Manifest{Resources: map[string]platform.Resource{}}
	for i := range 20 {
		m.Resources[fmt.Sprintf("res-%02d", i)] = platform.Resource{Type: fmt.Sprintf("type-%d", i*20), Class: fmt.Sprintf("class-%d", i%largeDefinitions), Inputs: map[string]any{"size": json.Number("3")}}
	}
	var took []time.Duration
	for b.Loop() {
		started := time.Now()
		preview, err := s.PreviewDeployment(b.Context(), developer, "payments", "dev", platform.EnvironmentSpec{Type: "dev", Manifest: &m})
		took = append(took, time.Since(started))
		if err != nil || len(preview.Changes) != 20 || len(preview.Policies) != largePolicies+1 {
			b.Fatalf("%d changes, %d policies, %v", len(preview.Changes), len(preview.Policies), err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// What the first request of a new process pays: reading and compiling the whole catalog.
func BenchmarkShelf_coldLargeCatalog(b *testing.B) {
	s := newService(b)
	if _, err := s.PublishCatalog(b.Context(), admin, platform.Publication{Items: largeCatalog(b, s)}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cold := *s.Service
		cold.Shelf = newShelf(s.Store)
		if _, err := cold.ListTemplates(b.Context(), developer); err != nil {
			b.Fatal(err)
		}
	}
}

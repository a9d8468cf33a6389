package catalog_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
	"github.com/lazuli-platform/lazuli/internal/price"
)

func TestLoad_shippedCatalog(t *testing.T) {
	c, err := catalog.Load(os.DirFS("../../infra/catalog"), os.DirFS("../../infra/modules"), catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "app-service", "virtual-machine", "storage-account",
		"vm-extension", "devtest-lab", "key-vault", "redis", "service-bus-queue"} {
		if _, ok := c.ResourceType(name); !ok {
			t.Errorf("the resource type %s is missing", name)
		}
	}
	for _, name := range []string{"web-service-with-database", "virtual-machine", "vm-lab", "empty"} {
		if _, ok := c.Template(name); !ok {
			t.Errorf("the template %s is missing", name)
		}
	}
	web, _ := c.Template("web-service-with-database")
	if web.Takes != "~10 s" || web.Version != "1" || web.Owner != "team/platform" {
		t.Errorf("web-service-with-database says takes %q, version %q, owner %q", web.Takes, web.Version, web.Owner)
	}
}

// Every meter that a shipped definition names, proposed ones too, is in the price sheet that is shipped with them.
func TestLoad_shippedMeters(t *testing.T) {
	c, err := catalog.Load(os.DirFS("../../infra/catalog"), os.DirFS("../../infra/modules"), catalog.Options{CompilePolicy: policy.Compile})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("../../infra/catalog/prices/azure-retail-prices.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	sheet, err := price.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	priced := 0
	for _, item := range c.Items() {
		var document struct {
			Spec struct {
				Price []struct {
					Meter string `json:"meter"`
				} `json:"price"`
			} `json:"spec"`
		}
		if item.Kind != platform.KindResourceDefinition {
			continue
		}
		if err := json.Unmarshal(item.Document, &document); err != nil {
			t.Fatal(err)
		}
		for _, part := range document.Spec.Price {
			priced++
			if _, ok := sheet.Meter(part.Meter, "westeurope"); !ok && !strings.Contains(part.Meter, "${") {
				t.Errorf("%s: the price sheet has no meter %q", item.Ref(), part.Meter)
			}
		}
	}
	if priced == 0 {
		t.Error("no shipped definition has a price")
	}
}

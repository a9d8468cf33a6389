package catalog_test

import (
	"os"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/policy"
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

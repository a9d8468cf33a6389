package replay

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

// builtin is what engines bring along: it is in no provider's schema.
const builtin = "terraform_data"

// Used lists the resources and the data sources that the modules in a folder tree declare.
func Used(modules fs.FS) (resources, dataSources []string, err error) {
	found := map[string]map[string]bool{"resource": {}, "data": {}}
	parser := hclparse.NewParser()
	err = fs.WalkDir(modules, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".tf" {
			return err
		}
		text, err := fs.ReadFile(modules, name)
		if err != nil {
			return err
		}
		file, faults := parser.ParseHCL(text, name)
		if faults.HasErrors() {
			return fmt.Errorf("read module: %w", faults)
		}
		content, _, faults := file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
			{Type: "resource", LabelNames: []string{"type", "name"}}, {Type: "data", LabelNames: []string{"type", "name"}}}})
		if faults.HasErrors() {
			return fmt.Errorf("read module: %w", faults)
		}
		for _, block := range content.Blocks {
			if block.Labels[0] != builtin {
				found[block.Type][block.Labels[0]] = true
			}
		}
		return nil
	})
	return slices.Sorted(maps.Keys(found["resource"])), slices.Sorted(maps.Keys(found["data"])), err
}

package platform_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// workloadCatalog is a catalog that also has workloads and their definition.
func workloadCatalog(t testing.TB) smallCatalog {
	c := newCatalog(t)
	c.types = append(c.types, platform.ResourceType{
		Name: "workload", Inputs: mustCompile(t, `{"type":"object","required":["containers"],"properties":{"containers":{"type":"object"},"service":{"type":"object"},"power":{"enum":["on","off"],"default":"on"}}}`),
		Outputs: mustCompile(t, `{"type":"object","properties":{"url":{"type":"string"}}}`),
	})
	c.definitions = append(c.definitions,
		platform.ResourceDefinition{Name: "workload-any", Version: "1", Type: "workload", Module: "local/workload", Match: []platform.Rule{{}}},
		platform.ResourceDefinition{Name: "workload-big", Version: "1", Type: "workload", Module: "local/workload", Match: []platform.Rule{{Class: "big"}}})
	return c
}

// score makes a manifest of Score documents: name, then what stands in it besides apiVersion and metadata.
func score(t testing.TB, documents ...string) platform.Manifest {
	t.Helper()
	var members []string
	for i := 0; i+1 < len(documents); i += 2 {
		members = append(members, fmt.Sprintf(`%q: {"apiVersion":"score.dev/v1b1","metadata":{"name":%q,"annotations":{"acme.io/tier":"gold"}},%s}`, documents[i], documents[i], documents[i+1]))
	}
	return mustParse(t, `{"workloads":{`+strings.Join(members, ",")+`}}`)
}

func TestResolveManifest_workload(t *testing.T) {
	m := score(t, "shop", `
		"service":{"ports":{"www":{"port":80,"targetPort":8080}}},
		"containers":{"main":{"image":".","command":["/app"],"args":["${not-a-placeholder}"],
			"variables":{"DB":"pg ${resources.db.url}","NAME":"${metadata.name}/${metadata.annotations.acme\\.io/tier}","PRICE":"$$5 and $${x}"},
			"files":{"/etc/a":{"content":"host=${resources.db.host}","mode":"0644"},"/etc/b":{"content":"${resources.db.host}","noExpand":true}}}},
		"resources":{"db":{"type":"postgres","params":{"storageGb":8,"note":"for ${metadata.name}"}}}`)
	resolved, got, err := platform.ResolveManifest(workloadCatalog(t), m, paymentsDev)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"resources":{` +
		`"shop":{"inputs":{"containers":{"main":{"args":["$${not-a-placeholder}"],"command":["/app"],"files":{"/etc/a":{"content":"host=${resources.shop-db.outputs.host}","mode":"0644"},"/etc/b":{"content":"$${resources.db.host}"}},` +
		`"image":".","variables":{"DB":"pg ${resources.shop-db.outputs.url}","NAME":"shop/gold","PRICE":"$5 and $${x}"}}},"power":"on","service":{"ports":{"www":{"port":80,"targetPort":8080}}}},"type":"workload"},` +
		`"shop-db":{"inputs":{"note":"for shop","storageGb":8},"type":"postgres"}}}`
	if string(got.JSON()) != want {
		t.Errorf("got\n%s\nwant\n%s", got.JSON(), want)
	}
	if resolved["shop"].Definition.Name != "workload-any" || resolved["shop-db"].Definition.Name != "postgres-any" {
		t.Errorf("chose %+v", resolved)
	}
	if _, again, err := platform.ResolveManifest(workloadCatalog(t), got, paymentsDev); err != nil || string(again.JSON()) != want {
		t.Errorf("a resolved manifest resolves to\n%s, %v", again.JSON(), err)
	}
}

// Workloads share a resource by its id, also one of the manifest itself; the class of a workload comes from its annotation.
func TestResolveManifest_workloadsShare(t *testing.T) {
	container := `"containers":{"main":{"image":"x","variables":{"DB":"${resources.db.url}"}}},`
	m := score(t, "aa", container+`"resources":{"db":{"type":"postgres","id":"shared.db","class":"small"}}`, "bb", container+`"resources":{"db":{"type":"postgres","id":"shared.db","params":{"storageGb":9}}}`,
		"cc", container+`"resources":{"db":{"type":"postgres","id":"main-db"}}`)
	m.Resources = map[string]platform.Resource{"main-db": {Type: "postgres", Inputs: map[string]any{"storageGb": json.Number("10")}}}
	m.Workloads["aa"]["metadata"].(map[string]any)["annotations"] = map[string]any{"lazuli.io/class": "big"}
	resolved, got, err := platform.ResolveManifest(workloadCatalog(t), m, paymentsDev)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"aa", "bb", "cc", "main-db", "shared-db"}, got.Aliases()); diff != "" {
		t.Error(diff)
	}
	if got.Resources["shared-db"].Inputs["storageGb"] != json.Number("9") || got.Resources["main-db"].Inputs["storageGb"] != json.Number("10") {
		t.Errorf("shared: %v, main: %v", got.Resources["shared-db"].Inputs, got.Resources["main-db"].Inputs)
	}
	if resolved["aa"].Definition.Name != "workload-big" {
		t.Errorf("the class chose %s", resolved["aa"].Definition.Name)
	}
}

// What is wrong with a workload is said where it was written, before anything is accepted.
func TestResolveManifest_workloadRefused(t *testing.T) {
	const main = `"containers":{"main":{"image":"x"}}`
	for name, row := range map[string]struct {
		documents []string
		at, words string
	}{
		"no container":          {[]string{"shop", `"containers":{}`}, "/manifest/workloads/shop/containers", ""},
		"no image":              {[]string{"shop", `"containers":{"main":{}}`}, "/manifest/workloads/shop/containers/main/image", "required"},
		"a field too many":      {[]string{"shop", main + `,"replicas":2`}, "/manifest/workloads/shop/replicas", ""},
		"unknown type":          {[]string{"shop", main + `,"resources":{"queue":{"type":"kafka"}}`}, "/manifest/workloads/shop/resources/queue/type", `known are`},
		"wrong param":           {[]string{"shop", main + `,"resources":{"db":{"type":"postgres","params":{"storageGb":0}}}`}, "/manifest/workloads/shop/resources/db/params/storageGb", ""},
		"unknown param":         {[]string{"shop", main + `,"resources":{"db":{"type":"postgres","params":{"size":1}}}`}, "/manifest/workloads/shop/resources/db/params/size", ""},
		"unknown output":        {[]string{"shop", `"containers":{"main":{"image":"x","variables":{"A":"${resources.db.port}"}}},"resources":{"db":{"type":"postgres"}}`}, "/manifest/workloads/shop/containers/main/variables/A", `no output "port"`},
		"unknown resource":      {[]string{"shop", `"containers":{"main":{"image":"x","variables":{"A":"${resources.cache.url}"}}}`}, "/manifest/workloads/shop/containers/main/variables/A", `no resource "cache"`},
		"a whole resource":      {[]string{"shop", `"containers":{"main":{"image":"x","variables":{"A":"${resources.db}"}}},"resources":{"db":{"type":"postgres"}}`}, "/manifest/workloads/shop/containers/main/variables/A", "must name one output"},
		"placeholder of others": {[]string{"shop", `"containers":{"main":{"image":"x","variables":{"A":"${context.project}"}}}`}, "/manifest/workloads/shop/containers/main/variables/A", "not a placeholder of Score"},
		"no such metadata":      {[]string{"shop", `"containers":{"main":{"image":"x","variables":{"A":"${metadata.owner}"}}}`}, "/manifest/workloads/shop/containers/main/variables/A", "metadata has no text"},
		"a file from elsewhere": {[]string{"shop", `"containers":{"main":{"image":"x","files":{"/a":{"source":"/etc/passwd"}}}}`}, "/manifest/workloads/shop/containers/main/files/~1a", "nothing is read from elsewhere"},
		"a volume":              {[]string{"shop", `"containers":{"main":{"image":"x","volumes":{"/a":{"source":"data"}}}}`}, "/manifest/workloads/shop/containers/main/volumes", "no volumes"},
		"a name taken":          {[]string{"shop", main + `,"resources":{"web":{"type":"app-service"}}`, "shop-web", main}, "/manifest/workloads/shop-web", "already"},
		"another type by id":    {[]string{"aa", main + `,"resources":{"db":{"type":"postgres","id":"one"}}`, "bb", main + `,"resources":{"db":{"type":"app-service","id":"one"}}`}, "/manifest/workloads/bb/resources/db", "another type or class"},
		"other params by id":    {[]string{"aa", main + `,"resources":{"db":{"type":"postgres","id":"one","params":{"storageGb":1}}}`, "bb", main + `,"resources":{"db":{"type":"postgres","id":"one","params":{"storageGb":2}}}`}, "/manifest/workloads/bb/resources/db/params", "other params"},
		"bad shared params":     {[]string{"aa", main + `,"resources":{"db":{"type":"postgres","id":"one"}}`, "bb", main + `,"resources":{"db":{"type":"postgres","id":"one","params":{"storageGb":0}}}`}, "/manifest/workloads/bb/resources/db/params/storageGb", ""},
		"ids that meet":         {[]string{"aa", main + `,"resources":{"db":{"type":"postgres","id":"a.b"}}`, "bb", main + `,"resources":{"db":{"type":"postgres","id":"a-b"}}`}, "/manifest/workloads/bb/resources/db/id", "change one"},
		"a workload by its id":  {[]string{"aa", main, "bb", main + `,"resources":{"a":{"type":"workload"},"xx":{"type":"workload","id":"aa"}}`}, "/manifest/workloads/bb/resources/a", "cannot be the name"},
		"a workload shared":     {[]string{"aa", main, "bb", main + `,"resources":{"xx":{"type":"workload","id":"aa"}}`}, "/manifest/workloads/bb/resources/xx/id", "cannot be shared"},
		"a file twice":          {[]string{"shop", `"containers":{"main":{"image":"x","files":[{"target":"/a","content":"1"},{"target":"/a","content":"2"}]}}`}, "/manifest/workloads/shop/containers/main/files/1/target", "twice"},
		"lines that are none":   {[]string{"shop", `"containers":{"main":{"image":"x","files":[{"target":"/a","content":["1",{}]}]}}`}, "/manifest/workloads/shop/containers/main/files/0/content/1", "must be text"},
		"a name of capitals":    {[]string{"shop", main + `,"resources":{"My_DB":{"type":"postgres"}}`}, "/manifest/workloads/shop/resources/My_DB", "lower-case letters"},
		"names that meet":       {[]string{"aa", main + `,"resources":{"bb-cc":{"type":"postgres"}}`, "aa-bb", main + `,"resources":{"cc":{"type":"postgres"}}`}, "/manifest/workloads/aa-bb/resources/cc", "give it an id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := platform.ResolveManifest(workloadCatalog(t), score(t, row.documents...), paymentsDev)
			code, at := pointers(t, err)
			if code != platform.Invalid || len(at) == 0 || at[0] != row.at || !strings.Contains(fmt.Sprint(details(err)), row.words) {
				t.Errorf("got %s at %v (%v), want %s with %q", code, at, details(err), row.at, row.words)
			}
		})
	}
}

func details(err error) []platform.Detail {
	var e *platform.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Details
}

// Whatever stands in a workload, the answer is a manifest that resolves to itself or an Error with code Invalid.
func FuzzResolveManifest_workload(f *testing.F) {
	f.Add(`"containers":{"main":{"image":"x","variables":{"A":"${resources.db.url} $$ $${ \u0000"}}},"resources":{"db":{"type":"postgres","id":"a.b"}}`)
	f.Add(`"containers":{"main":{"image":"${1+1}","files":[{"target":"/a","content":["${metadata.name}"]}]}}`)
	f.Fuzz(func(t *testing.T, rest string) {
		m, err := platform.ParseManifest([]byte(`{"workloads":{"shop":{"apiVersion":"score.dev/v1b1","metadata":{"name":"shop"},` + rest + `}}}`))
		if err != nil {
			return
		}
		_, got, err := platform.ResolveManifest(workloadCatalog(t), m, paymentsDev)
		if err != nil {
			if code := platform.CodeOf(err); code != platform.Invalid && code != platform.BodyTooLarge {
				t.Fatalf("%v", err)
			}
			return
		}
		if _, again, err := platform.ResolveManifest(workloadCatalog(t), got, paymentsDev); err != nil || string(again.JSON()) != string(got.JSON()) {
			t.Fatalf("resolves to\n%s\nand then to\n%s, %v", got.JSON(), again.JSON(), err)
		}
	})
}

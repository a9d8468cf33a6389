package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/catalog"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/policy"
)

const (
	postgresType = `apiVersion: lazuli/v1
kind: ResourceType
metadata: {name: postgres, title: Database}
spec:
  inputs:
    type: object
    properties: {storageGb: {type: integer, default: 32}}
  outputs: {type: object, properties: {url: {type: string, x-secret: true}}}
`
	postgresDefinition = `apiVersion: lazuli/v1
kind: ResourceDefinition
metadata: {name: postgres-local}
spec:
  type: postgres
  module: modules/local/postgres
  inputs: {sku: B1, count_of_nodes: 3}
  match: [{}]
`
	postgresModule = `variable "context" {}
variable "storageGb" { default = 1 }
variable "sku" {}
variable "count_of_nodes" {}
output "url" {
  value     = "x"
  sensitive = true
}
`
	databaseTemplate = `apiVersion: lazuli/v1
kind: Template
metadata: {name: database, title: Just a database, version: "1.2", owner: team/platform, tags: [data]}
spec:
  estimate: {duration: 15m}
  parameters: {type: object, properties: {gb: {type: integer}}}
  manifest:
    resources:
      db: {type: postgres, inputs: {storageGb: "${parameters.gb}"}}
`
	devType = `apiVersion: lazuli/v1
kind: EnvironmentType
metadata: {name: dev, title: Development}
spec: {templates: [database]}
`
)

var modules = fstest.MapFS{
	"local/postgres/main.tf":         {Data: []byte(postgresModule)},
	"local/postgres/README.md":       {Data: []byte("for people")},
	"local/postgres/main.tftest.hcl": {Data: []byte("for tests")},
	"local/silent/main.tf":           {Data: []byte(swap(postgresModule, "output \"url\"", "output \"address\""))},
	"local/open/main.tf":             {Data: []byte(swap(postgresModule, "sensitive = true", "sensitive = false"))},
	"local/deaf/main.tf":             {Data: []byte(swap(postgresModule, "variable \"storageGb\"", "variable \"size\""))},
	"local/needy/main.tf":            {Data: []byte(postgresModule + "variable \"secret\" {}\n")},
	"local/broken/main.tf":           {Data: []byte("output {")},
	"local/readme/README.md":         {Data: []byte("no Terraform")},
}

func load(files map[string]string) (*catalog.Catalog, error) {
	folder := fstest.MapFS{}
	for name, content := range files {
		folder[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return catalog.Load(folder, modules, catalog.Options{CompilePolicy: policy.Compile})
}

func TestLoad(t *testing.T) {
	c, err := load(map[string]string{
		"all.yaml":        strings.Join([]string{postgresType, postgresDefinition, "", "# nothing here\n", databaseTemplate}, "---\n"),
		"deep/er/dev.yml": devType,
		"README.md":       "not a catalog file: [",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Definitions(); len(got) != 1 || got[0].Name != "postgres-local" || got[0].Version != "1" || got[0].Type != "postgres" ||
		got[0].Module != "local/postgres" || !cmp.Equal(got[0].Files, map[string]string{"main.tf": postgresModule}) || string(got[0].Inputs) != `{"count_of_nodes":3,"sku":"B1"}` || !cmp.Equal(got[0].Match, []platform.Rule{{}}) {
		t.Errorf("definitions %+v", got)
	}
	template, ok := c.Template("database")
	if !ok || template.Version != "1.2" || template.Takes != "~15 min" || template.Owner != "team/platform" || !cmp.Equal(template.Tags, []string{"data"}) {
		t.Errorf("template %+v", template)
	}
	if want := `{"resources":{"db":{"inputs":{"storageGb":"${parameters.gb}"},"type":"postgres"}}}`; string(template.Manifest.JSON()) != want {
		t.Errorf("manifest %s", template.Manifest.JSON())
	}
	if kind, ok := c.ResourceType("postgres"); !ok || !kind.Outputs.Secret("url") || len(c.ResourceTypes()) != 1 {
		t.Errorf("type %+v", kind)
	}
	if environment, ok := c.EnvironmentType("dev"); !ok || !cmp.Equal(environment.Templates, []string{"database"}) {
		t.Errorf("environment type %+v", environment)
	}
	for _, found := range []bool{has(c.ResourceType("none")), has(c.Template("none")), has(c.EnvironmentType("none"))} {
		if found {
			t.Error("something is found that is not there")
		}
	}
}

func has[T any](_ T, ok bool) bool { return ok }

func TestLoad_listsCannotBeChanged(t *testing.T) {
	c, err := load(map[string]string{"a.yaml": postgresType})
	if err != nil {
		t.Fatal(err)
	}
	c.ResourceTypes()[0].Name = "changed"
	if _, ok := c.ResourceType("postgres"); !ok {
		t.Error("who changes a list changes the catalog")
	}
}

// swap gives a document in which one text is another one.
func swap(document, from, to string) string {
	if !strings.Contains(document, from) {
		panic(fmt.Sprintf("%q is not in the document", from))
	}
	return strings.Replace(document, from, to, 1)
}

// Documents beside those of the catalog above, for a fault each.
var (
	otherType       = swap(postgresType, "name: postgres", "name: other")
	otherDefinition = swap(swap(postgresDefinition, "name: postgres-local", "name: other"), "{}", "{class: small}")
	otherTemplate   = swap(databaseTemplate, "name: database", "name: other")
	otherDev        = swap(devType, "name: dev", "name: other")
)

// Each row is a file that belongs to an otherwise sound catalog, and the one problem that it must bring, with its line.
func TestLoad_refuses(t *testing.T) {
	for name, row := range map[string]struct{ file, problem string }{
		"not YAML":               {"apiVersion: [", "x.yaml:2: This is not YAML"},
		"not an object":          {"- a\n", "x.yaml:1: the document must be an object."},
		"other version":          {swap(otherDev, "lazuli/v1", "lazuli/v2"), "x.yaml:1: The apiVersion must be lazuli/v1."},
		"no kind":                {swap(otherDev, "kind: EnvironmentType\n", ""), "x.yaml:1: the document.kind is missing."},
		"other kind":             {swap(otherDev, "EnvironmentType", "Workload"), `x.yaml:2: There is no kind "Workload"`},
		"no spec":                {swap(otherDev, "spec: {templates: [database]}\n", ""), `x.yaml:1: A document needs "metadata" and "spec".`},
		"unknown field":          {swap(otherDev, "spec: {", "status: x\nspec: {"), `x.yaml:4: the document has no field "status"; known are apiVersion, kind, metadata, spec.`},
		"misspelt":               {swap(otherDev, "templates:", "template: x, templates:"), `x.yaml:4: spec has no field "template"; known are templates, region, approvals, budget, drift, expiry, hibernate.`},
		"bad name":               {swap(otherDev, "name: other", "name: Dev"), `x.yaml:3: "Dev" cannot be a name`},
		"name is a number":       {swap(otherDev, "name: other", "name: 7"), "x.yaml:3: metadata.name must be text"},
		"no title":               {swap(otherDev, ", title: Development", ""), "x.yaml:3: metadata.title is missing."},
		"no such template":       {swap(otherDev, "[database]", `["*", nothing]`), `x.yaml:4: There is no template "nothing".`},
		"templates as text":      {swap(otherDev, "[database]", "all"), "x.yaml:4: spec.templates must be a list."},
		"property twice":         {swap(otherDev, "title: Development", "title: a, title: b"), "x.yaml:3: "},
		"anchor":                 {swap(otherType, "{type: integer, default: 32}", "&a {type: integer}"), "x.yaml:7: Anchors and aliases are not for the catalog"},
		"expiry without max":     {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P7D}\n  templates: [database]"), `x.yaml:5: spec.expiry.max is missing.`},
		"expiry in months":       {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P1M, max: P90D}\n  templates: [database]"), `x.yaml:5: spec.expiry.default must be a duration such as P14D`},
		"expiry past its max":    {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P91D, max: P90D}\n  templates: [database]"), `x.yaml:5: spec.expiry.default is longer than max.`},
		"warned too early":       {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P7D, max: P9D, warn: [P8D]}\n  templates: [database]"), `x.yaml:5: spec.expiry.warn holds "P8D": nobody can be warned longer before the end than default.`},
		"warned soon":            {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P7D, max: P9D, warn: [soon]}\n  templates: [database]"), `x.yaml:5: spec.expiry.warn holds "soon", which is no duration`},
		"warned twice":           {swap(otherDev, "{templates: [database]}", "\n  expiry: {default: P7D, max: P9D, warn: [P1D, PT24H]}\n  templates: [database]"), `x.yaml:5: spec.expiry.warn holds "PT24H" twice.`},
		"sleep nowhere":          {swap(otherDev, "{templates: [database]}", "\n  hibernate: {timeZone: Mars/Olympus, off: [{days: [mon], from: \"19:00\", to: \"07:00\"}]}\n  templates: [database]"), `x.yaml:5: spec.hibernate.timeZone is no time zone of the IANA database`},
		"sleep never":            {swap(otherDev, "{templates: [database]}", "\n  hibernate: {timeZone: UTC, off: []}\n  templates: [database]"), `x.yaml:5: spec.hibernate.off must list when it is off.`},
		"sleep always":           {swap(otherDev, "{templates: [database]}", "\n  hibernate: {timeZone: UTC, off: [{days: [mon, tue, wed, thu, fri, sat, sun], from: \"00:00\", to: \"24:00\"}]}\n  templates: [database]"), `x.yaml:5: spec.hibernate.off leaves no time in which it is on.`},
		"sleep some day":         {swap(otherDev, "{templates: [database]}", "\n  hibernate: {timeZone: UTC, off: [{days: [someday], from: \"19:00\", to: \"07:00\"}]}\n  templates: [database]"), `x.yaml:5: spec.hibernate.off.days holds "someday"`},
		"sleep at night":         {swap(otherDev, "{templates: [database]}", "\n  hibernate: {timeZone: UTC, off: [{days: [mon], from: night, to: \"07:00\"}]}\n  templates: [database]"), `x.yaml:5: spec.hibernate.off.from must be a time such as "19:00", in quotes`},
		"power of nothing":       {swap(otherDefinition, "  match", "  power: true\n  match"), `x.yaml:8: The module "local/postgres" has no variable power, so nothing would switch it off.`},
		"off without power":      {swap(otherDefinition, "  match", "  price: [{meter: a/b/c, quantity: 1, off: 0}]\n  match"), "x.yaml:8: Nothing switches it off"},
		"off by more than all":   {swap(otherDefinition, "  match", "  power: true\n  price: [{meter: a/b/c, quantity: 1, off: 2}]\n  match"), "x.yaml:9: spec.price[0].off must be a share from 0 to 1"},
		"approvals by nobody":    {swap(otherDev, "{templates: [database]}", "\n  approvals: {count: 1}\n  templates: [database]"), "x.yaml:5: spec.approvals.role is missing."},
		"approvals of too many":  {swap(otherDev, "{templates: [database]}", "\n  approvals: {role: TeamOwner, count: 99}\n  templates: [database]"), "x.yaml:5: spec.approvals.count must be 1 to 5."},
		"approvals by anybody":   {swap(otherDev, "{templates: [database]}", "\n  approvals: {role: Everybody}\n  templates: [database]"), `x.yaml:5: There is no role "Everybody" that can approve`},
		"approvals perhaps":      {swap(otherDev, "{templates: [database]}", "\n  approvals: {role: TeamOwner, notTheRequester: maybe}\n  templates: [database]"), "x.yaml:5: spec.approvals.notTheRequester must be true or false."},
		"budget below zero":      {swap(otherDev, "{templates: [database]}", "\n  budget: {monthly: -1}\n  templates: [database]"), "x.yaml:5: spec.budget.monthly must be an amount"},
		"budget as text":         {swap(otherDev, "{templates: [database]}", "\n  budget: {monthly: \"20\"}\n  templates: [database]"), "x.yaml:5: spec.budget.monthly must be an amount"},
		"drift too often":        {swap(otherDev, "{templates: [database]}", "\n  drift: {every: PT0H}\n  templates: [database]"), "x.yaml:5: spec.drift.every must be a period of an hour to 30 days, such as P1D or PT12H."},
		"drift in words":         {swap(otherDev, "{templates: [database]}", "\n  drift: {every: daily}\n  templates: [database]"), "x.yaml:5: spec.drift.every must be a period of an hour to 30 days, such as P1D or PT12H."},
		"budget over what":       {swap(otherDev, "{templates: [database]}", "\n  budget: {monthly: 20, over: ignore}\n  templates: [database]"), "x.yaml:5: spec.budget.over must be approve or refuse."},
		"region":                 {swap(otherDev, "{templates: [database]}", "\n  region: West Europe\n  templates: [database]"), `x.yaml:5: "West Europe" is not the name of a region`},
		"policy without message": {"apiVersion: lazuli/v1\nkind: Policy\nmetadata: {name: pp}\nspec: {require: \"true\"}\n", "x.yaml:4: spec.message is missing."},
		"policy in vain":         {"apiVersion: lazuli/v1\nkind: Policy\nmetadata: {name: pp}\nspec:\n  message: No.\n  require: 1 + 1\n", "x.yaml:6: spec.require: The expression must be true or false, and this is int."},
		"policy with a typo":     {"apiVersion: lazuli/v1\nkind: Policy\nmetadata: {name: pp}\nspec:\n  message: No.\n  when: requst.template == \"x\"\n  require: \"true\"\n", "x.yaml:6: spec.when: Line 1, column 1: undeclared reference to 'requst'"},
		"price without a meter":  {swap(otherDefinition, "  match", "  price: [{quantity: 1}]\n  match"), "x.yaml:8: spec.price[0].meter is missing."},
		"price of half a meter":  {swap(otherDefinition, "  match", "  price: [{meter: a/b, quantity: 1}]\n  match"), "x.yaml:8: spec.price[0].meter must be"},
		"price without quantity": {swap(otherDefinition, "  match", "  price: [{meter: a/b/c}]\n  match"), "x.yaml:8: spec.price[0] must have either a quantity or usage: true."},
		"price by use and not":   {swap(otherDefinition, "  match", "  price: [{meter: a/b/c, usage: true, quantity: 1}]\n  match"), "x.yaml:8: spec.price[0] must have either"},
		"price by half a use":    {swap(otherDefinition, "  match", "  price: [{meter: a/b/c, usage: some}]\n  match"), "x.yaml:8: spec.price[0].usage must be true, or left out."},
		"price below zero":       {swap(otherDefinition, "  match", "  price: [{meter: a/b/c, quantity: -1}]\n  match"), "x.yaml:8: spec.price[0].quantity must be a number from zero on"},
		"price by no input":      {swap(otherDefinition, "  match", "  price: [{meter: a/b/c, quantity: \"${inputs.disks}\"}]\n  match"), `x.yaml:8: The type "postgres" has no input "disks"`},
		"price by an output":     {swap(otherDefinition, "  match", "  price: [{meter: \"a/b/${outputs.sku}\", quantity: 1}]\n  match"), "x.yaml:8: A price can depend on inputs only"},
		"same name":              {postgresType, `x.yaml:3: There is another ResourceType "postgres" of version "1" at base.yaml:3.`},
		"schema":                 {swap(otherType, "integer", "intejer"), `x.yaml:5: schema of the inputs of "other": /properties/storageGb/type: Must be one of: array, boolean`},
		"schema is text":         {swap(otherType, "outputs: {type: object, properties: {url: {type: string, x-secret: true}}}", "outputs: all"), "x.yaml:8: spec.outputs must be an object."},
		"no outputs":             {swap(otherType, "  outputs: {type: object, properties: {url: {type: string, x-secret: true}}}\n", ""), "spec.outputs is missing."},
		"input of Terraform":     {swap(otherType, "storageGb", "version"), `x.yaml:7: "version" cannot be the name of an input`},
		"output with a dash":     {swap(otherType, "url", "u-r-l"), `x.yaml:8: "u-r-l" cannot be a name in Terraform`},
		"no such type":           {swap(otherDefinition, "type: postgres", "type: oracle"), `x.yaml:5: There is no resource type "oracle".`},
		"no such module":         {swap(otherDefinition, "local/postgres", "local/oracle"), `x.yaml:6: There is no module folder "local/oracle" in the modules tree.`},
		"module elsewhere":       {swap(otherDefinition, "modules/local/postgres", "../../etc"), "x.yaml:6: The module must be a folder in the modules tree"},
		"module outside":         {swap(otherDefinition, "local/postgres", "../etc"), "x.yaml:6: The module must be a folder in the modules tree"},
		"module is a file":       {swap(otherDefinition, "local/postgres", "local/postgres/main.tf"), "x.yaml:6: The module must be a folder in the modules tree"},
		"module without files":   {swap(otherDefinition, "local/postgres", "local/readme"), `x.yaml:6: There is no module folder "local/readme"`},
		"module is broken":       {swap(otherDefinition, "local/postgres", "local/broken"), `x.yaml:6: The module "local/broken" cannot be read: main.tf:1,8-9`},
		"output is missing":      {swap(otherDefinition, "local/postgres", "local/silent"), `x.yaml:6: The module "local/silent" gives no output "url", which the type "postgres" promises.`},
		"secret in clear":        {swap(otherDefinition, "local/postgres", "local/open"), `x.yaml:6: The output "url" of the module "local/open" must be marked sensitive`},
		"input is ignored":       {swap(otherDefinition, "local/postgres", "local/deaf"), `x.yaml:6: The module "local/deaf" has no variable "storageGb".`},
		"variable without use":   {swap(otherDefinition, "local/postgres", "local/needy"), `x.yaml:6: The module "local/needy" needs the variable "secret", which no request has to give`},
		"other list of outputs":  {swap(otherDefinition, "  match", "  outputs: [url, host]\n  match"), `x.yaml:8: The module "local/postgres" has the outputs url;`},
		"proposed output":        {swap(swap(otherDefinition, "name: other", "name: other, status: proposed"), "modules/local/postgres", "modules/azure/postgres\n  outputs: [host]"), `x.yaml:7: The output "url" is missing, which the type "postgres" promises.`},
		"default of nothing":     {swap(otherDefinition, "  match", "  defaults: {size: 1}\n  match"), `x.yaml:8: The type "postgres" has no input "size".`},
		"default and fixed":      {swap(otherDefinition, "  match", "  defaults: {sku: 1}\n  match"), `x.yaml:8: "sku" is fixed under inputs`},
		"other status":           {swap(otherDefinition, "name: other", "name: other, status: new"), `x.yaml:3: There is no status "new"; it is proposed, default, deprecated or defective.`},
		"two defaults":           {swap(devType, "name: dev", `name: dev, version: "2"`), `x.yaml:3: The versions "1" and "2" of EnvironmentType "dev" are both the default`},
		"other engine":           {swap(otherDefinition, "  module", "  engine: bicep\n  module"), `x.yaml:6: There is no engine "bicep"`},
		"no match":               {swap(otherDefinition, "  match: [{class: small}]\n", ""), "spec.match must say where"},
		"bad rule":               {swap(otherDefinition, "{class: small}", "{env: dev}"), `x.yaml:8: spec.match[0] has no field "env"; known are environmentType, project, class.`},
		"rule of no type":        {swap(otherDefinition, "{class: small}", "{environmentType: stage}"), `x.yaml:8: There is no environment type "stage".`},
		"same rule":              {swap(swap(otherDefinition, "{class: small}", "{}"), "name: other", "name: zoo"), `x.yaml:8: The definitions "postgres-local" and "zoo" of type "postgres" have the same rule`},
		"fixed input reserved":   {swap(otherDefinition, "sku", "source"), `x.yaml:7: "source" cannot be the name of an input`},
		"two versions":           {swap(otherTemplate, "  estimate", "  version: \"2\"\n  estimate"), "x.yaml:3: The version is given twice"},
		"bad version":            {swap(otherTemplate, `"1.2"`, `"1 2"`), "A version is up to 40"},
		"bad estimate":           {swap(otherTemplate, "15m", "soon"), "x.yaml:5: spec.estimate.duration must be a duration"},
		"no manifest":            {otherTemplate[:strings.Index(otherTemplate, "  manifest")], "spec.manifest is missing."},
		"manifest":               {swap(otherTemplate, "db: {", "db: {size: 1, "), "x.yaml:9: /manifest/resources/db/size: There is no property of this name"},
		"type of the manifest":   {swap(otherTemplate, "type: postgres", "type: oracle"), "x.yaml:9: /manifest/resources/db/type: There is no resource type"},
		"parameter":              {swap(otherTemplate, "parameters.gb", "parameters.mb"), `x.yaml:9: /manifest/resources/db/inputs/storageGb: The template has no parameter "mb"`},
		"input of the manifest":  {swap(otherTemplate, "storageGb", "storageGB"), "x.yaml:9: /manifest/resources/db/inputs/storageGB: There is no property"},
	} {
		t.Run(name, func(t *testing.T) {
			base := strings.Join([]string{postgresType, postgresDefinition, databaseTemplate, devType}, "---\n")
			_, err := load(map[string]string{"base.yaml": base, "x.yaml": row.file})
			if err == nil {
				t.Fatalf("it is taken:\n%s", row.file)
			}
			problems := strings.Split(err.Error(), "\n")
			if len(problems) != 1 || !strings.Contains(problems[0], row.problem) || !strings.HasPrefix(problems[0], "x.yaml:") {
				t.Errorf("got\n%v\nwant one problem with\n%s\nin\n%s", err, row.problem, row.file)
			}
		})
	}
}

func TestLoad_findsEverythingAtOnce(t *testing.T) {
	_, err := load(map[string]string{
		"b.yaml": swap(devType, "templates", "template"),
		"a.yaml": swap(swap(postgresType, "name: postgres", "name: P"), "title: Database", "titel: Database"),
	})
	var lines []string
	for _, line := range strings.Split(fmt.Sprint(err), "\n") {
		place, _, _ := strings.Cut(line, ": ")
		lines = append(lines, place)
	}
	if diff := cmp.Diff([]string{"a.yaml:3", "a.yaml:3", "a.yaml:3", "b.yaml:4", "b.yaml:4"}, lines); diff != "" {
		t.Errorf("places (-want +got):\n%s\n%v", diff, err)
	}
	var p *catalog.Problem
	if !errors.As(err, &p) || p.Line != 3 || p.File != "a.yaml" {
		t.Errorf("the error holds no Problem: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	for _, document := range []string{postgresType, postgresDefinition, databaseTemplate, devType, "a: &a [*a]", "? [x]\n: y", "a: !!binary aGk=", "a: 1e999\nb: 0x1F\nc: .inf"} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		if c, err := load(map[string]string{"x.yaml": document}); (c == nil) == (err == nil) {
			t.Fatalf("catalog %v and error %v", c, err)
		}
	})
}

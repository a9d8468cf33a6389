package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// The format of Backstage's entities, as its documentation gives it.
var (
	entityNames       = regexp.MustCompile(`^[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$`)
	entityRefs        = regexp.MustCompile(`^(group|system):default/[a-zA-Z0-9][-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9]$`)
	entityTagTexts    = regexp.MustCompile(`^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$`)
	entityAnnotations = regexp.MustCompile(`^lazuli\.io/[a-z-]{1,63}$`)
)

func checkEntity(t *testing.T, e api.CatalogEntity) {
	t.Helper()
	name, _ := e.Metadata["name"].(string)
	if !entityNames.MatchString(name) {
		t.Errorf("%s: the name %q is none", e.Kind, name)
	}
	required := map[string][]string{"Group": {"type", "children"}, "System": {"owner"}, "Resource": {"type", "owner"}, "Template": {"type", "steps"}}
	for _, field := range required[string(e.Kind)] {
		if e.Spec[field] == nil {
			t.Errorf("%s %s has no spec.%s", e.Kind, name, field)
		}
	}
	for _, field := range []string{"owner", "system"} {
		if ref, ok := e.Spec[field].(string); ok && !entityRefs.MatchString(ref) {
			t.Errorf("%s %s: spec.%s is %q", e.Kind, name, field, ref)
		}
	}
	tags, _ := e.Metadata["tags"].([]any)
	for _, tag := range tags {
		if !entityTagTexts.MatchString(tag.(string)) {
			t.Errorf("%s %s: tag %q", e.Kind, name, tag)
		}
	}
	annotations, _ := e.Metadata["annotations"].(map[string]any)
	for key, value := range annotations {
		if _, isText := value.(string); !isText || !entityAnnotations.MatchString(key) {
			t.Errorf("%s %s: annotation %s: %v", e.Kind, name, key, value)
		}
	}
}

// All pages together hold each thing once that the caller may see, in Backstage's format, and nothing else.
func TestExportCatalogEntities(t *testing.T) {
	s := serve(t)
	if got := s.do("developer", "PUT", dev, files, "Operation-Id", operation); got.status != http.StatusCreated {
		t.Fatal(got.body)
	}
	seen := func(caller string) []string {
		var all []string
		path := "/v1/catalog/entities?maxpagesize=1"
		for range 10 {
			var list api.CatalogEntityList
			got := s.do(caller, "GET", path, "")
			if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
			for _, e := range list.Value {
				checkEntity(t, e)
				if e.Kind != "Template" && e.Kind != "Group" {
					all = append(all, fmt.Sprint(e.Kind, " ", e.Metadata["name"]))
				}
			}
			if list.NextLink == nil {
				break
			}
			next, err := url.Parse(*list.NextLink)
			if err != nil {
				t.Fatal(err)
			}
			path = next.RequestURI()
		}
		slices.Sort(all)
		return all
	}
	if got := strings.Join(seen("developer"), ", "); got != "Resource payments.dev, System orders, System payments, System shipping" {
		t.Errorf("a member sees %s", got)
	}
	if got := seen("outsider"); len(got) != 0 {
		t.Errorf("an outsider sees %v", got)
	}
}

// Names that meet when they are joined are still those of two entities: one would take the other's place in Backstage.
func TestExportCatalogEntities_namesDiffer(t *testing.T) {
	s := serve(t)
	for _, place := range []struct{ project, environment string }{{"pay", "eu-dev"}, {"pay-eu", "dev"}} {
		body := `{"title":"A project","team":"payments","members":[{"id":"developer","role":"Contributor"}]}`
		if got := s.do("admin", "PUT", "/v1/projects/"+place.project, body); got.status != http.StatusCreated {
			t.Fatal(got.body)
		}
		path := "/v1/projects/" + place.project + "/environments/" + place.environment
		if got := s.do("developer", "PUT", path, files, "Operation-Id", "op-"+place.project+strings.Repeat("0", 26)); got.status != http.StatusCreated {
			t.Fatal(got.body)
		}
	}
	var list api.CatalogEntityList
	if got := s.do("developer", "GET", "/v1/catalog/entities", ""); json.Unmarshal([]byte(got.body), &list) != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	seen, resources := map[string]bool{}, 0
	for _, e := range list.Value {
		checkEntity(t, e)
		key := fmt.Sprint(e.Kind, " ", e.Metadata["name"])
		if seen[key] {
			t.Errorf("there are two of %s", key)
		}
		seen[key] = true
		if e.Kind == "Resource" {
			resources++
		}
	}
	if resources != 2 {
		t.Errorf("%d environments are exported, want 2: %v", resources, seen)
	}
}

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
	entityTags        = regexp.MustCompile(`^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$`)
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
		if !entityTags.MatchString(tag.(string)) {
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
	if got := strings.Join(seen("developer"), ", "); got != "Resource payments-dev, System orders, System payments, System shipping" {
		t.Errorf("a member sees %s", got)
	}
	if got := seen("outsider"); len(got) != 0 {
		t.Errorf("an outsider sees %v", got)
	}
}

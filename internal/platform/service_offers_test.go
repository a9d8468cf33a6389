package platform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// offered says of one thing where it may be used, and what each other type of environment is refused with.
func (s *servicePlatform) offered(t *testing.T, c platform.Caller, kind platform.CatalogKind, name string) (in string, withheld map[string]*platform.Error) {
	t.Helper()
	offers, err := s.ListOffers(t.Context(), c, "payments")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		if o.Kind != kind || o.Name != name {
			continue
		}
		withheld = map[string]*platform.Error{}
		for _, w := range o.Withheld {
			withheld[w.EnvironmentType] = w.Refusal
		}
		return strings.Join(o.Types, " "), withheld
	}
	t.Fatalf("nothing is said of %s %s", kind, name)
	return "", nil
}

func (s *servicePlatform) publishDocument(t *testing.T, document string) {
	t.Helper()
	item, err := s.ReadCatalogItem(t.Context(), admin, json.RawMessage(document), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, item)
}

func TestListOffers_byRole(t *testing.T) {
	s := newService(t)
	if in, withheld := s.offered(t, developer, platform.KindTemplate, "static-site"); in != "dev prod test" || len(withheld) != 0 {
		t.Errorf("a developer may use it in %q, and not %v", in, withheld)
	}
	if in, _ := s.offered(t, developer, platform.KindResourceType, "postgres"); in != "dev prod test" {
		t.Errorf("a developer may use a database in %q", in)
	}
	in, withheld := s.offered(t, viewer, platform.KindTemplate, "static-site")
	if in != "" || withheld["dev"] == nil || withheld["dev"].Code != platform.Forbidden || withheld["dev"].Missing != platform.EnvironmentsWrite || withheld["dev"].Action == "" {
		t.Errorf("a viewer may use it in %q, and not %v", in, withheld)
	}
	if _, err := s.ListOffers(t.Context(), outsider, "payments"); platform.CodeOf(err) != platform.NotFound {
		t.Errorf("an outsider reads %v", err)
	}
}

// What the type does not allow, what the project does not take, and what nothing builds: each with its own reason, and the
// same that a request meets.
func TestListOffers_withheld(t *testing.T) {
	s := newService(t)
	s.publishDocument(t, `{"apiVersion":"lazuli/v1","kind":"EnvironmentType","metadata":{"name":"stage","title":"Stage"},"spec":{"templates":["empty"]}}`)
	s.publishDocument(t, `{"apiVersion":"lazuli/v1","kind":"ResourceType","metadata":{"name":"mailbox","title":"Mailbox"},"spec":{"inputs":{"type":"object"},"outputs":{"type":"object"}}}`)
	s.publishDocument(t, `{"apiVersion":"lazuli/v1","kind":"Template","metadata":{"name":"post","title":"Post"},"spec":{"parameters":{"type":"object"},"manifest":{"resources":{"box":{"type":"mailbox"}}}}}`)

	in, withheld := s.offered(t, developer, platform.KindTemplate, "static-site")
	if in != "dev prod test" || withheld["stage"] == nil {
		t.Fatalf("it may be used in %q, and not %v", in, withheld)
	}
	_, err := s.PreviewDeployment(t.Context(), developer, "payments", "staging", platform.EnvironmentSpec{Type: "stage", Template: "static-site", Parameters: json.RawMessage(`{"title":"x"}`)})
	if got := new(platform.Error); !errors.As(err, &got) || got.Message != withheld["stage"].Message {
		t.Errorf("the offer says %q, a request meets %v", withheld["stage"].Message, err)
	}
	for kind, name := range map[platform.CatalogKind]string{platform.KindResourceType: "mailbox", platform.KindTemplate: "post"} {
		in, withheld := s.offered(t, developer, kind, name)
		if in != "" || withheld["dev"] == nil || !strings.HasPrefix(withheld["dev"].Message, `Nothing in the catalog builds type "mailbox"`) {
			t.Errorf("%s may be used in %q, and not %v", name, in, withheld)
		}
	}
	p, err := s.Store.Project(t.Context(), "payments")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutProject(t.Context(), admin, "payments", platform.ProjectSpec{Title: p.Title, Team: p.Team, EnvironmentTypes: []string{"dev"}}, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
	in, withheld = s.offered(t, developer, platform.KindTemplate, "static-site")
	if in != "dev" || withheld["prod"] == nil || !strings.Contains(withheld["prod"].Message, "has no environments of type prod") {
		t.Errorf("it may be used in %q, and not %v", in, withheld)
	}
}

// A project that pins a version is offered that one.
func TestListOffers_pinned(t *testing.T) {
	s := newService(t)
	s.publish(t, aTemplate(t, s, "shop", "1", "first"))
	s.publish(t, aTemplate(t, s, "shop", "2", "second"))
	p, err := s.Store.Project(t.Context(), "payments")
	if err != nil {
		t.Fatal(err)
	}
	pins := []platform.Pin{{Kind: platform.KindTemplate, Name: "shop", Version: "1"}}
	if _, err := s.PutProject(t.Context(), admin, "payments", platform.ProjectSpec{Title: p.Title, Team: p.Team, Pins: pins}, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
	offers, err := s.ListOffers(t.Context(), developer, "payments")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		if o.Name == "shop" && o.Version != "1" {
			t.Errorf("version %s of shop is offered", o.Version)
		}
	}
}

// A change that was made to something else than what is there is refused.
func TestCreateDeployment_precondition(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	s.succeed(t, operationOne)
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
	if err != nil {
		t.Fatal(err)
	}
	stale := env.Revision - 1
	spec := platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: files(), Pre: platform.Preconditions{Revision: &stale}}
	if _, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", spec, ""); platform.CodeOf(err) != platform.PreconditionFailed {
		t.Fatalf("a change of what is not there any more: %v", err)
	}
	spec.Pre.Revision = &env.Revision
	if _, err := s.CreateDeployment(t.Context(), developer, "payments", "dev", spec, ""); err != nil {
		t.Error(err)
	}
}

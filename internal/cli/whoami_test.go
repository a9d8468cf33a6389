package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each role is told once, with the place that it is held at and the projects that it counts in.
func TestWhoami(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/me": `200 {"id":"dev","name":"Dev","kind":"user","team":"payments","roles":["CatalogAuthor"],"groupsOmitted":true,
		"teams":[{"team":"payments","role":"Contributor"},{"team":"empty","role":"Reader"}],
		"projects":[{"project":"payments","role":"Contributor","scope":"/teams/payments"},{"project":"payments","role":"Deployer","scope":"/projects/payments/environments/prod"},{"project":"shop","role":"Contributor","scope":"/teams/payments"}]}`}, "whoami")
	before, roles, _ := strings.Cut(out, "ROLE ")
	want := `ROLE            AT                                     COUNTS IN
CatalogAuthor   /                                      everything
Contributor     /teams/payments                        payments, shop
Reader          /teams/empty                           -
Deployer        /projects/payments/environments/prod   payments
`
	if diff := cmp.Diff(want, "ROLE "+roles); diff != "" || !strings.Contains(before, "! The token leaves groups out") {
		t.Errorf("whoami (-want +got):\n%s%s", diff, before)
	}
	if _, out, _ := lazuli(t, platform{"GET /v1/me": `200 {"id":"dev","name":"Dev","kind":"user","roles":[],"projects":[]}`}, "whoami"); !strings.Contains(out, "lazuli access grant ROLE --to dev") {
		t.Errorf("without a role:\n%s", out)
	}
}

package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const offersAnswer = `{"value":[
	{"kind":"template","name":"empty","version":"1","environmentTypes":["dev","test"],"withheld":[{"environmentType":"prod","reason":"You may not do this.","nextStep":"Ask an owner."}]},
	{"kind":"resource-type","name":"postgres","version":"2","environmentTypes":[],"withheld":[{"environmentType":"dev","reason":"Nothing builds it."},{"environmentType":"prod","reason":"You may not do this.","nextStep":"Ask an owner."}]}]}`

// Each reason stands there once, with all that it keeps back.
func TestCatalogOffers(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/projects/payments/offers": "200 " + offersAnswer}, "catalog", "offers", "payments")
	want := `KIND            NAME       VERSION   IN ENVIRONMENTS OF TYPE
template        empty      1         dev, test
resource-type   postgres   2         -

Not empty in prod, postgres in prod:
  You may not do this.
  try:  Ask an owner.

Not postgres in dev:
  Nothing builds it.
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("catalog offers (-want +got):\n%s", diff)
	}
}

func TestTemplateShow_docs(t *testing.T) {
	_, out, _ := lazuli(t, platform{"GET /v1/templates/shop": `200 {"name":"shop","title":"Shop","version":"1","docs":"# Shop\n\nSells \u001bthings.","parameters":{"type":"object"},"manifest":{}}`}, "template", "show", "shop")
	if !strings.Contains(out, "\n# Shop\n\nSells things.\n") {
		t.Errorf("template show: %q", out)
	}
}

package run_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The engine gets what it renews its tokens with, and then no token that would be used in place of that; else the one that there is.
func TestScripts_azureIdentity(t *testing.T) {
	connection := []string{"idToken=once", "servicePrincipalId=me", "tenantId=here"}
	renewing := append(slices.Clone(connection), "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=connection", "SYSTEM_OIDCREQUESTURI=https://tokens", "SYSTEM_ACCESSTOKEN=job", "ARM_OIDC_TOKEN=old")
	once := []string{"ARM_CLIENT_ID=me", "ARM_OIDC_TOKEN=once", "ARM_TENANT_ID=here", "ARM_USE_OIDC=true"}
	renews := []string{"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=connection", "ARM_CLIENT_ID=me", "ARM_OIDC_REQUEST_TOKEN=job", "ARM_OIDC_REQUEST_URL=https://tokens", "ARM_TENANT_ID=here", "ARM_USE_OIDC=true"}
	for name, row := range map[string]struct{ env, want []string }{
		"no workload identity":      {nil, nil},
		"Terraform":                 {renewing, renews},
		"Terraform by its path":     {append(slices.Clone(renewing), "LAZULI_ENGINE=/opt/tofu/terraform"), renews},
		"OpenTofu":                  {append(slices.Clone(renewing), "LAZULI_ENGINE=/usr/bin/tofu"), once},
		"the job's token is not so": {slices.DeleteFunc(slices.Clone(renewing), func(v string) bool { return strings.HasPrefix(v, "SYSTEM_ACCESSTOKEN") }), once},
	} {
		t.Run(name, func(t *testing.T) {
			script := exec.CommandContext(t.Context(), "bash", "-c", "source ../../../infra/scripts/lib.sh; azure_identity; env")
			script.Env = append([]string{"PATH=/usr/bin:/bin"}, row.env...)
			out, err := script.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var got []string
			for line := range strings.Lines(string(out)) {
				if strings.HasPrefix(line, "ARM_") {
					got = append(got, strings.TrimSpace(line))
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package platform_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// A secret is in the vault and nowhere else: not in a table, a message, the log or an answer.
func TestChangeValues_secretsAreInTheVaultAlone(t *testing.T) {
	const first, second = "hunter2-first", "hunter2-second"
	s := newService(t)
	log := &bytes.Buffer{}
	s.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.change(t, paymentsDevValues, setSecret("PASSWORD", first))
	s.change(t, paymentsDevValues, setSecret("PASSWORD", second))
	created, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", siteWith(map[string]any{"PASSWORD": "${values.PASSWORD}"}), platform.Preconditions{}, operationOne)
	if err != nil {
		t.Fatal(err)
	}
	old, err := s.GetValueVersion(t.Context(), viewer, paymentsDevValues, 1)
	if err != nil {
		t.Fatal(err)
	}
	restored, err := s.RestoreValues(t.Context(), developer, paymentsDevValues, 1, nil, "", platform.Preconditions{})
	if err != nil || restored.Effective["PASSWORD"].Secret != old.Values["PASSWORD"].Secret {
		t.Errorf("restored %+v, %v", restored.Effective, err)
	}
	if value, ok, err := s.vaults.ReadSecret(t.Context(), old.Values["PASSWORD"].Secret, "v.payments.dev"); err != nil || !ok || value != first {
		t.Errorf("the earlier version is %q, %v, %v", value, ok, err)
	}
	dep, err := s.GetDeployment(t.Context(), viewer, "payments", "dev", created.Operation.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := s.Store.Body(t.Context(), "payments", dep.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Join(filesOf(t, filepath.Dir(s.tables)), "")
	if !strings.Contains(rows, "PASSWORD") {
		t.Fatal("the test looks for secrets where nothing is")
	}
	answers := fmt.Sprintf("%+v %+v %+v %+v", created, old, restored, dep)
	for _, place := range []string{rows, string(bundle), log.String(), fmt.Sprint(s.sent.sent), answers} {
		if strings.Contains(place, "hunter2") {
			t.Error("a secret has left the vault")
		}
	}
}

// filesOf reads the files of a folder, such as those of a database.
func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	var out []string
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(content))
	}
	return out
}

func TestChangeValues_withoutAVault(t *testing.T) {
	s := newService(t)
	s.Vault = nil
	if _, err := s.ChangeValues(t.Context(), developer, payments, setSecret("KEY", "x"), platform.Preconditions{}); platform.CodeOf(err) != platform.VaultUnavailable {
		t.Errorf("a secret: %v", err)
	}
	s.change(t, payments, setValue("KEY", `1`))
}

// siteWith is an environment with a site that has these settings.
func siteWith(settings map[string]any) platform.EnvironmentSpec {
	return platform.EnvironmentSpec{Type: "dev", Manifest: &platform.Manifest{Resources: map[string]platform.Resource{
		"site": {Type: "app-service", Inputs: map[string]any{"settings": settings}}}}}
}

// A deployment uses the newest values and remembers which; the same request again is a new deployment once they differ.
func TestValues_inADeployment(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("TITLE", `"Payments"`, "UNUSED", `1`))
	spec := siteWith(map[string]any{"TITLE": "${values.TITLE}", "LINE": "for ${values.TITLE}"})
	done, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, operationOne)
	if err != nil {
		t.Fatal(err)
	}
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded, Outputs: json.RawMessage(`{"site":{"url":"http://x","host":"x","honesty":"real","implementation":"x"}}`)}, platform.RunSucceeded)
	dep, err := s.GetDeployment(t.Context(), viewer, "payments", "dev", done.Operation.Deployment)
	if err != nil || dep.Values == nil || dep.Values.Project != 1 || dep.Values.Environment != 0 {
		t.Fatalf("the deployment has values %+v, %v", dep.Values, err)
	}

	s.change(t, payments, setValue("UNUSED", `2`))
	if again, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, ""); err != nil || again.Operation != nil {
		t.Errorf("a value that is not used starts %+v, %v", again.Operation, err)
	}
	s.change(t, paymentsDevValues, setValue("TITLE", `"Dev"`))
	preview, err := s.PreviewDeployment(t.Context(), viewer, "payments", "dev", spec)
	if err != nil || len(preview.Changes) != 1 || !slices.Equal(preview.Changes[0].Differences, []string{"/inputs/settings/LINE", "/inputs/settings/TITLE"}) {
		t.Errorf("the preview shows %+v, %v", preview.Changes, err)
	}
	again, err := s.PutEnvironment(t.Context(), developer, "payments", "dev", spec, platform.Preconditions{}, "")
	if err != nil || again.Operation == nil {
		t.Fatalf("a value that is used starts nothing: %v", err)
	}
	dep, err = s.GetDeployment(t.Context(), viewer, "payments", "dev", again.Operation.Deployment)
	if err != nil || dep.Values == nil || dep.Values.Project != 2 || dep.Values.Environment != 1 {
		t.Errorf("the second deployment has values %+v, %v", dep.Values, err)
	}
}

// Policies judge what a value says, as if it had been typed; of a secret they see that it is one.
func TestValues_arePolicedLikeWhatIsTyped(t *testing.T) {
	s := newService(t)
	s.change(t, payments, setValue("PLAIN", `"typed"`))
	s.change(t, payments, setSecret("HIDDEN", "hunter2"))
	for key, want := range map[string]platform.Code{"PLAIN": platform.PolicyRefused, "HIDDEN": ""} {
		done, err := s.PutEnvironment(t.Context(), developer, "payments", "dev-"+strings.ToLower(key), siteWith(map[string]any{"API_TOKEN": "${values." + key + "}"}), platform.Preconditions{}, "")
		if (err == nil) != (want == "") || err != nil && platform.CodeOf(err) != want {
			t.Errorf("%s: %+v, %v", key, done.Operation, err)
		}
	}
}

package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/engine"
)

func lookPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWriteCLIConfig(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `a folder with "quotes"`)
	binary := filepath.Join(t.TempDir(), "terraform-provider-sandbox")
	for _, content := range []string{"first build", "second build"} {
		if err := os.WriteFile(binary+".new", []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(binary+".new", binary); err != nil { // as `go build -o` does: a new file, not new content
			t.Fatal(err)
		}
		file, err := engine.WriteCLIConfig(dir, binary)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), `a folder with \"quotes\"/mirror"`) || strings.Contains(string(text), "direct") {
			t.Errorf("configuration is %s (%v)", text, err)
		}
		mirrored, err := filepath.Glob(filepath.Join(dir, "mirror", "registry.*", "lazuli-platform", "sandbox", "0.1.0", "*", "terraform-provider-sandbox_v0.1.0*"))
		if err != nil || len(mirrored) != 2 {
			t.Fatalf("mirror holds %v (%v), want one for each registry", mirrored, err)
		}
		for _, provider := range mirrored {
			if got, err := os.ReadFile(provider); err != nil || string(got) != content {
				t.Errorf("%s is %q (%v), want %q", provider, got, err, content)
			}
		}
	}
}

func TestWriteCLIConfig_noBinary(t *testing.T) {
	if _, err := engine.WriteCLIConfig(t.TempDir(), filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a provider that does not exist was mirrored")
	}
}

func TestCleanEnviron(t *testing.T) {
	got := engine.CleanEnviron([]string{"HOME=/home/me", "TF_LOG=trace", "TF_CLI_CONFIG_FILE=/mine", "CHECKPOINT_DISABLE="}, "/theirs")
	want := []string{"HOME=/home/me", "TF_CLI_CONFIG_FILE=/theirs", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0"}
	if !slices.Equal(got, want) {
		t.Errorf("environment is %v, want %v", got, want)
	}
}

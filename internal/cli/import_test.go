package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const adeSample = "../importade/testdata/catalog"

// What is imported can be checked at once; a folder with something in it stays as it is.
func TestImportADE(t *testing.T) {
	out := filepath.Join(t.TempDir(), "acme")
	code, said, errs := lazuli(t, nil, "import", "ade", adeSample, "--out", out)
	if code != 0 || !strings.Contains(said, "✓ web-app  Environments/web-app (ARM)") || !strings.Contains(said, "✗ Environments/own-image  Its runner is the image") || !strings.Contains(said, "7 imported into") {
		t.Fatalf("%d\n%s%s", code, said, errs)
	}
	if code, said, errs := lazuli(t, nil, "catalog", "validate", filepath.Join(out, "catalog")); code != 0 || !strings.Contains(said, "7 ResourceType, 7 ResourceDefinition, 7 Template") {
		t.Errorf("%d\n%s%s", code, said, errs)
	}
	if err := os.WriteFile(filepath.Join(out, "mine"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := lazuli(t, nil, "import", "ade", adeSample, "--out", out); code != 2 || !strings.Contains(errs, "is not empty") {
		t.Errorf("again: %d %s", code, errs)
	}
	if code, _, errs := lazuli(t, nil, "import", "ade", t.TempDir(), "--out", filepath.Join(t.TempDir(), "x")); code != 1 || !strings.Contains(errs, "no environment.yaml") {
		t.Errorf("an empty folder: %d %s", code, errs)
	}
}

// Programs get one shape of names, and lists that are there when they are empty.
func TestImportADE_forPrograms(t *testing.T) {
	code, said, errs := lazuli(t, nil, "import", "ade", adeSample, "--out", filepath.Join(t.TempDir(), "acme"), "-o", "json")
	if code != 0 || !strings.Contains(said, `"reason": "Its runner is the image`) || strings.Contains(said, "null") || strings.Contains(said, `"Folder"`) {
		t.Errorf("%d\n%s%s", code, said, errs)
	}
}

// When nothing can be imported the command has failed, and has said why.
func TestImportADE_nothing(t *testing.T) {
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "acme")
	if err := os.WriteFile(filepath.Join(folder, "environment.yaml"), []byte("name: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	code, said, errs := lazuli(t, nil, "import", "ade", folder, "--out", out)
	if code != 1 || !strings.Contains(said, "It is not YAML") || !strings.Contains(errs, "nothing was written") {
		t.Errorf("%d\n%s%s", code, said, errs)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("there is a folder all the same")
	}
}

// Only an empty folder makes room: a file or a link of that name stays, and so does what the link leads to.
func TestImportADE_outIsSomethingElse(t *testing.T) {
	base := t.TempDir()
	file, folder, link := filepath.Join(base, "file"), filepath.Join(base, "folder"), filepath.Join(base, "link")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := lazuli(t, nil, "import", "ade", adeSample, "--out", file, "--force"); code == 0 {
		t.Error("a file was taken for a folder")
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "mine" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(folder, link); err != nil {
		t.Skipf("SKIPPED: this system makes no symbolic links here: %v", err)
	}
	if code, _, errs := lazuli(t, nil, "import", "ade", adeSample, "--out", link); code != 0 {
		t.Errorf("%d %s", code, errs)
	}
	if _, err := os.Stat(filepath.Join(folder, "catalog")); err != nil {
		t.Errorf("what the link leads to has nothing: %v", err)
	}
	if code, _, errs := lazuli(t, nil, "import", "ade", adeSample, "--out", filepath.Join(base, "new", "er")); code != 0 {
		t.Errorf("a new folder: %d %s", code, errs)
	}
}

func TestCatalogValidate_tellsFileAndLine(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bad.yaml"), []byte("apiVersion: lazuli/v1\nkind: Policy\nmetadata: {name: pp}\nspec: {require: 1 + 1, message: No.}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := lazuli(t, nil, "catalog", "validate", folder)
	if code != 1 || out != "" || !strings.Contains(errs, "bad.yaml:4: spec.require: The expression must be true or false") || !strings.Contains(errs, "try:  mend what is listed") {
		t.Errorf("%d %s%s", code, out, errs)
	}
}

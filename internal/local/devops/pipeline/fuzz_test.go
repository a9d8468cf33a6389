package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// FuzzCompile wants a plan or a ValidationError for any text, never a panic, and that what compiles can be written and
// read back.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("steps:\n- ${{ if 1 }}:\n  - bash: ${{ 'a' }}\n")
	f.Add("jobs:\n- job: a\n  steps:\n  - ${{ each x in parameters.y }}: []\n")
	f.Add("extends: {template: pipeline.yml}\n")
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := compile(map[string]string{"pipeline.yml": text}, input(map[string]string{"env": "dev"}))
		var validation *pipeline.ValidationError
		switch {
		case err == nil && (len(plan.Stages) == 0 || plan.FinalYAML == ""):
			t.Errorf("a plan without stages for %q", text)
		case err != nil && (!errors.As(err, &validation) || len(validation.Problems) == 0 || err.Error() == ""):
			t.Errorf("error %v for %q", err, text)
		}
	})
}

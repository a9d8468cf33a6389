package pipeline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

func TestRunNumber(t *testing.T) {
	in := pipeline.NumberInput{
		Now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), BuildID: 12, DefinitionName: "deploy", TeamProject: "platform", Branch: "refs/heads/feature/x",
	}
	for _, c := range []struct{ format, want, key string }{
		{"", "20260304.9", "20260304"},
		{"op-01K.$(Rev:r)", "op-01K.9", "op-01K."},
		{"$(Rev:rr)-x", "09-x", "-x"},
		{"$(BuildDefinitionName)_$(TeamProject)_$(SourceBranchName)_$(BuildID)", "deploy_platform_x_12", ""},
		{"$(Date:yyyy-MM-dd HH.mm.ss) $(Year:yy) $(Month) $(DayOfMonth) $(Hours) $(Minutes) $(Seconds) $(DayOfYear)", "2026-03-04 05.06.07 26 3 4 5 6 7 63", ""},
		{"$(mine) $(unknown)", "later $(unknown)", ""},
	} {
		t.Run(c.format, func(t *testing.T) {
			plan := &pipeline.Plan{NumberText: c.format, Variables: []pipeline.Entry{{Name: "mine", Value: "early"}, {Name: "Mine", Value: "later"}}}
			if c.format == "" {
				plan.NumberText = pipeline.DefaultNumber
			}
			key := ""
			in.Revision = func(k string) (int, error) { key = k; return 9, nil }
			got, err := plan.RunNumber(in)
			if err != nil || got != c.want || key != c.key {
				t.Errorf("got %q with key %q, %v; want %q with key %q", got, key, err, c.want, c.key)
			}
		})
	}
}

func TestRunNumber_refused(t *testing.T) {
	for _, format := range []string{"a/b", "a:b", "x.", "what?", strings.Repeat("x", 256), "$(TeamProject)"} {
		_, err := (&pipeline.Plan{NumberText: format}).RunNumber(pipeline.NumberInput{})
		var validation *pipeline.ValidationError
		if !errors.As(err, &validation) {
			t.Errorf("%q: error %v, want a ValidationError", format, err)
		}
	}
	full := errors.New("the disk is full")
	_, err := (&pipeline.Plan{NumberText: "$(Rev:r)"}).RunNumber(pipeline.NumberInput{Revision: func(string) (int, error) { return 0, full }})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want Revision's", err)
	}
}

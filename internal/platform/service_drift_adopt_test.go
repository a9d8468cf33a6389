package platform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Whether the rest may be put back is part of the request: the same id with another answer to that is another request.
func TestAdoptDrift_putBackRestIsPartOfIt(t *testing.T) {
	s := deployed(t)
	s.look(t, operationLook, changedContainers())
	if _, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, operationTwo); err != nil {
		t.Fatal(err)
	}
	_, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", true, operationTwo)
	mustCode(t, err, platform.OperationIDReused)
}

// What is adopted must be left alone by the plan of its deployment; else nothing is applied, and what drifted stays known.
func TestAdoptDrift_planUndoesIt(t *testing.T) {
	other := platform.Change{Address: storage, Action: "change", Properties: []platform.PropertyChange{{Path: "container_names"}}}
	for name, row := range map[string]struct {
		change  platform.Change
		refused bool
	}{
		"the property":         {changedContainers().Changes[0], true},
		"perhaps the property": {platform.Change{Address: storage, Action: "change", MoreProperties: 3}, true},
		"it goes":              {platform.Change{Address: storage, Action: "remove"}, true},
		"another property":     {other, false},
		"another resource":     {platform.Change{Address: "module.x.y.z", Action: "remove"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := deployed(t)
			s.look(t, operationLook, changedContainers())
			if _, err := s.AdoptDrift(t.Context(), developer, "payments", "dev", false, operationTwo); err != nil {
				t.Fatal(err)
			}
			secret := s.claim(t, operationTwo)
			plan := platform.Plan{Digest: strings.Repeat("e", 64), Changes: []platform.Change{row.change}}
			for range 2 { // a report may come twice
				d, err := s.ReportRunPlan(t.Context(), aRun, operationTwo, secret, plan)
				if row.refused {
					mustCode(t, err, platform.DriftRemains)
				}
				if d.Apply == row.refused {
					t.Errorf("the run is told %+v, %v", d, err)
				}
			}
			if !row.refused {
				return
			}
			if op := s.endRun(t, operationTwo, platform.RunFailed); op.Status != platform.Failed {
				t.Errorf("it ended as %s", op.Status)
			}
			if r := s.report(t); r.Status != platform.DriftFound {
				t.Errorf("the drift is %s", r.Status)
			}
		})
	}
}

// What is noted about an environment does not put off the next look at it.
func TestDetectDrift_notesDoNotPostpone(t *testing.T) {
	s := newService(t)
	s.makeReady(t, "test", "test", 0)
	s.advanceBy(23 * time.Hour)
	if _, err := s.ProtectEnvironment(t.Context(), owner, "payments", "test", "demo for the board"); err != nil {
		t.Fatal(err)
	}
	s.advanceBy(2 * time.Hour)
	if err := s.DetectDrift(t.Context()); err != nil {
		t.Fatal(err)
	}
	if env := s.env(t, "test"); env.ActiveOperation == "" {
		t.Error("nobody looks, 25 hours after it was deployed")
	}
}

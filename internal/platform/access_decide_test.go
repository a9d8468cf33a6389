package platform_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var (
	ann   = platform.Principal{Kind: platform.UserPrincipal, ID: "ann"}
	annes = platform.Subject{Principals: []platform.Principal{ann, {Kind: platform.GroupPrincipal, ID: "crew"}}}
	// place is an environment of type prod, in a project of the team payments.
	place = platform.Target{Team: "payments", Project: "shop", Set: "one", EnvironmentType: "prod", Environment: "live"}
)

func given(scope string, role platform.Role, change ...func(*platform.Assignment)) platform.Assignment {
	s, ok := platform.ParseScope(scope)
	if !ok {
		panic(scope)
	}
	a := platform.Assignment{ID: scope, Scope: s, Principal: ann, Role: role}
	if s.Project != "" {
		a.Set = "one"
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

// A role counts at its scope and beneath it, until it ends, in the set that the project names, for exactly that principal.
func TestDecide(t *testing.T) {
	at := func(end time.Time) func(*platform.Assignment) {
		return func(a *platform.Assignment) { a.ExpiresAt = end }
	}
	to := func(kind platform.PrincipalKind, id string) func(*platform.Assignment) {
		return func(a *platform.Assignment) { a.Principal = platform.Principal{Kind: kind, ID: id} }
	}
	for name, row := range map[string]struct {
		given platform.Assignment
		want  bool
	}{
		"everywhere":                       {given("/", platform.Reader), true},
		"at the team":                      {given("/teams/payments", platform.Reader), true},
		"at another team":                  {given("/teams/orders", platform.Reader), false},
		"at the project":                   {given("/projects/shop", platform.Reader), true},
		"at another project":               {given("/projects/shopping", platform.Reader), false},
		"at the type":                      {given("/projects/shop/environment-types/prod", platform.Reader), true},
		"at another type":                  {given("/projects/shop/environment-types/dev", platform.Reader), false},
		"at the type in another project":   {given("/projects/other/environment-types/prod", platform.Reader), false},
		"at the environment":               {given("/projects/shop/environments/live", platform.Reader), true},
		"at another environment":           {given("/projects/shop/environments/liver", platform.Reader), false},
		"a role without it":                {given("/projects/shop", platform.CatalogAuthor), false},
		"a role that does not exist":       {given("/", "Gone"), false},
		"it ends later":                    {given("/", platform.Reader, at(noon.Add(time.Nanosecond))), true},
		"it ends now":                      {given("/", platform.Reader, at(noon)), false},
		"it has ended":                     {given("/", platform.Reader, at(noon.Add(-time.Hour))), false},
		"in another set":                   {given("/projects/shop", platform.Reader, func(a *platform.Assignment) { a.Set = "two" }), false},
		"to a group of hers":               {given("/", platform.Reader, to(platform.GroupPrincipal, "crew")), true},
		"to a group with her id":           {given("/", platform.Reader, to(platform.GroupPrincipal, "ann")), false},
		"to an application with her id":    {given("/", platform.Reader, to(platform.ApplicationPrincipal, "ann")), false},
		"to a user with her group's id":    {given("/", platform.Reader, to(platform.UserPrincipal, "crew")), false},
		"Everyone cannot be more by grant": {given("/", platform.PipelineRun), false},
	} {
		x := platform.NewAccessIndex(platform.Directory{Assignments: []platform.Assignment{row.given}})
		d := x.Decide(annes, platform.EnvironmentsRead, place, noon)
		if d.Allowed != row.want {
			t.Errorf("%s: allowed %v, want %v", name, d.Allowed, row.want)
		}
		if d.Allowed && (d.By == nil || d.By.ID != row.given.ID) {
			t.Errorf("%s: by %+v", name, d.By)
		}
	}
}

// Of two that allow it the narrower one decides, so that what is read by a right on the whole platform can be told.
func TestDecide_narrowestFirst(t *testing.T) {
	x := platform.NewAccessIndex(platform.Directory{Assignments: []platform.Assignment{given("/", platform.Reader), given("/projects/shop", platform.Contributor)}})
	if d := x.Decide(annes, platform.EnvironmentsRead, place, noon); d.By.Scope.String() != "/projects/shop" {
		t.Errorf("by %+v", d.By)
	}
}

// A pipeline reports and does nothing else, whatever it was given; nobody else reports, whatever he was given.
func TestDecide_pipeline(t *testing.T) {
	x := platform.NewAccessIndex(platform.Directory{Assignments: []platform.Assignment{given("/", platform.PlatformAdmin), given("/", platform.PipelineRun)}})
	run := platform.Subject{Principals: annes.Principals, Roles: []platform.Role{platform.PlatformAdmin}, Pipeline: true}
	for _, a := range platform.Permissions() {
		want := a == platform.RunsReport
		if got := x.Decide(run, a, place, noon).Allowed; got != want {
			t.Errorf("a run and %s: %v", a, got)
		}
		if got := x.Decide(annes, a, place, noon).Allowed; got == want {
			t.Errorf("an admin and %s: %v", a, got)
		}
	}
}

// Without a name nothing is allowed, not even what everyone may.
func TestDecide_nobody(t *testing.T) {
	x := platform.NewAccessIndex(platform.Directory{Assignments: []platform.Assignment{given("/", platform.PlatformAdmin, func(a *platform.Assignment) { a.Principal.ID = "" })}})
	for _, a := range platform.Permissions() {
		if x.Decide(platform.Caller{}.Subject(), a, place, noon).Allowed {
			t.Errorf("nobody may %s", a)
		}
	}
}

func TestParseScope(t *testing.T) {
	for _, text := range []string{"/", "/teams/payments", "/projects/shop", "/projects/shop/environments/dev", "/projects/shop/environment-types/prod"} {
		if s, ok := platform.ParseScope(text); !ok || s.String() != text {
			t.Errorf("%q was read as %q, %v", text, s, ok)
		}
	}
	for _, text := range []string{"", "//", "/teams", "/teams/", "/teams/A", "/projects/shop/", "/projects/shop/environments", "/projects/shop/environments/", "/projects/shop/other/dev",
		"/teams/payments/environments/dev", "/projects/../x", "projects/shop", "/projects/shop/environments/dev/x", "/projects/sh%6fp"} {
		if s, ok := platform.ParseScope(text); ok {
			t.Errorf("%q was read as %q", text, s)
		}
	}
}

// crowd is a directory of n assignments, over projects and people.
func crowd(n int) platform.Directory {
	var d platform.Directory
	for i := range n {
		project := fmt.Sprintf("project-%d", i/20)
		a := given("/projects/"+project, platform.Contributor, func(a *platform.Assignment) {
			a.ID, a.Principal.ID = fmt.Sprint(i), fmt.Sprintf("person-%d", i%997)
		})
		d.Assignments = append(d.Assignments, a)
	}
	d.Assignments = append(d.Assignments, given("/projects/shop/environments/live", platform.Contributor))
	return d
}

// BenchmarkDecide is one decision for somebody in 20 groups, in which every scope has to be looked at. Its cost must not grow with
// the number of assignments.
func BenchmarkDecide(b *testing.B) {
	subject := platform.Subject{Principals: []platform.Principal{ann}}
	for i := range 20 {
		subject.Principals = append(subject.Principals, platform.Principal{Kind: platform.GroupPrincipal, ID: fmt.Sprintf("group-%d", i)})
	}
	for _, n := range []int{100, 10_000} {
		x := platform.NewAccessIndex(crowd(n))
		for name, action := range map[string]platform.Permission{"allowed": platform.EnvironmentsWrite, "refused": platform.DeploymentsApprove} {
			b.Run(fmt.Sprintf("%s, %d assignments", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if x.Decide(subject, action, place, noon).Allowed != (name == "allowed") {
						b.Fatal("wrong")
					}
				}
			})
		}
	}
}

// A decision allocates nothing, so that nothing of it can grow.
func TestDecide_allocatesNothing(t *testing.T) {
	x := platform.NewAccessIndex(crowd(10_000))
	if n := testing.AllocsPerRun(100, func() { x.Decide(annes, platform.DeploymentsApprove, place, noon) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

package platform_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// verdict is a policy that says what the test says.
type verdict struct {
	applies, passed bool
	err             error
}

func (v verdict) Judge(map[string]any) (applies, passed bool, err error) {
	return v.applies, v.passed, v.err
}

func TestAssess_policies(t *testing.T) {
	in := platform.AssessmentInput{Policies: []platform.Policy{
		{Name: "passes", Version: "1", Message: "never read", Program: verdict{applies: true, passed: true}},
		{Name: "other", Version: "1", Program: verdict{}},
		{Name: "refuses", Version: "2", Message: "A production database is never public.", Program: verdict{applies: true}},
		{Name: "broken", Version: "1", Program: verdict{err: errors.New("no such key: public")}},
		{Name: "raw", Version: "1"},
	}}
	want := []platform.PolicyVerdict{
		{Policy: "passes@1", Passed: true},
		{Policy: "refuses@2", Message: "A production database is never public."},
		{Policy: "broken@1", Message: "The policy broken could not be evaluated: no such key: public."},
		{Policy: "raw@1", Message: "The policy raw could not be evaluated: it was not compiled."},
	}
	if diff := cmp.Diff(want, platform.Assess(in).Policies); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is said of a change that makes an environment cost so much, with budgets for the environment type and the project.
func TestAssess_budgetsAndApprovals(t *testing.T) {
	const dollar = platform.Money(10_000)
	budget := func(monthly platform.Money, over platform.OverBudget) *platform.Budget {
		return &platform.Budget{Monthly: monthly * dollar, Over: over}
	}
	for name, row := range map[string]struct {
		after, elsewhere  platform.Money
		ofType, ofProject *platform.Budget
		approvals         *platform.Approvals
		want              string
	}{
		"no budget":                      {100, 0, nil, nil, nil, ""},
		"within both":                    {100, 50, budget(100, "refuse"), budget(150, "refuse"), nil, "type 100.00 within, project 150.00 within"},
		"over that of the type":          {101, 0, budget(100, "refuse"), nil, nil, "type 101.00 over"},
		"the others count for a project": {100, 51, nil, budget(150, "refuse"), nil, "project 151.00 over"},
		"the others do not for a type":   {100, 51, budget(100, "refuse"), nil, nil, "type 100.00 within"},
		"over, with approval":            {101, 0, budget(100, "approve"), nil, nil, "type 101.00 over; 1 PlatformAdmin other"},
		"over the project's":             {101, 0, nil, budget(100, "approve"), nil, "project 101.00 over; 1 TeamOwner other"},
		"over both: the stricter":        {101, 0, budget(100, "approve"), budget(100, "approve"), nil, "type 101.00 over, project 101.00 over; 1 PlatformAdmin other"},
		"always two":                     {1, 0, nil, nil, &platform.Approvals{Count: 2, Role: platform.TeamOwner}, "; 2 TeamOwner"},
		"always two, and over":           {101, 0, budget(100, "approve"), nil, &platform.Approvals{Count: 2, Role: platform.TeamOwner}, "type 101.00 over; 2 PlatformAdmin other"},
	} {
		t.Run(name, func(t *testing.T) {
			got := platform.Assess(platform.AssessmentInput{Project: platform.Project{Name: "payments", Budget: row.ofProject},
				Type:  platform.EnvironmentType{Name: "prod", Budget: row.ofType, Approvals: row.approvals},
				After: platform.Price{Currency: "USD", Monthly: row.after * dollar}, Elsewhere: platform.Consumption{Monthly: row.elsewhere * dollar}})
			if text := describeAssessment(got); text != row.want {
				t.Errorf("got %q, want %q", text, row.want)
			}
		})
	}
}

func describeAssessment(a platform.Assessment) string {
	var words []string
	for _, b := range a.Budgets {
		kind, _, _ := strings.Cut(strings.TrimPrefix(b.Scope, "environment "), " ")
		words = append(words, kind+" "+b.Monthly.String()+map[bool]string{true: " within", false: " over"}[b.Within])
	}
	text := strings.Join(words, ", ")
	if n := a.Approval; n != nil {
		text += "; " + string(rune('0'+n.Count)) + " " + string(n.Role)
		if n.NotTheRequester {
			text += " other"
		}
	}
	return text
}

// A deployment that may not be is refused with the reason, and nothing is stored; its preview and its plan say the same and may be.
func TestPutEnvironment_refusedByAssessment(t *testing.T) {
	for name, row := range map[string]struct {
		document string
		budget   *platform.Budget
		code     platform.Code
		words    string
	}{
		"policy":          {`{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"no-files"},"spec":{"require":"!request.resources.exists(r, r.type == \"storage-account\")","message":"Files are not for us."}}`, nil, platform.PolicyRefused, "Files are not for us."},
		"policy in error": {`{"apiVersion":"lazuli/v1","kind":"Policy","metadata":{"name":"no-files"},"spec":{"require":"request.resources.all(r, r.inputs.nothing)","message":"x"}}`, nil, platform.PolicyRefused, "The policy no-files could not be evaluated"},
		"budget":          {costly, &platform.Budget{Monthly: 100_000, Over: platform.OverRefuse}, platform.BudgetExceeded, "This would cost 12.41 USD a month, and the budget of project payments is 10.00."},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.Prices = sheet{"a/b/small": meter(t, "1 Hour", "0", "0.017")}
			s.Region = "westeurope"
			shipped, err := s.GetCatalogItem(t.Context(), admin, platform.KindResourceDefinition, "storage-account-local", "1")
			if err != nil {
				t.Fatal(err)
			}
			module := map[string]map[string]string{costly: shipped.Files}[row.document]
			item, err := s.ReadCatalogItem(t.Context(), admin, []byte(row.document), module, "")
			if err != nil {
				t.Fatal(err)
			}
			s.publish(t, item)
			s.setBudget(t, row.budget)
			_, err = s.PutEnvironment(t.Context(), developer, "payments", "dev", files(), platform.Preconditions{}, operationOne)
			if platform.CodeOf(err) != row.code || !strings.Contains(err.Error(), row.words) {
				t.Errorf("put: %v, want %s with %q", err, row.code, row.words)
			}
			if _, err := s.Store.Operation(t.Context(), operationOne); platform.CodeOf(err) != platform.NotFound {
				t.Errorf("a refused request left an operation: %v", err)
			}
			preview, err := s.PreviewDeployment(t.Context(), developer, "payments", "dev", files())
			if err != nil || (len(preview.Policies) == 0 && len(preview.Budgets) == 0 && preview.Approval == nil) {
				t.Errorf("the preview says %+v, %v", preview.Assessment, err)
			}
		})
	}
}

// costly is a definition of storage accounts that has a price.
const costly = `{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"costly"},"spec":{"type":"storage-account","module":"modules/local/storage-account",
	"match":[{"project":"payments"}],"price":[{"meter":"a/b/small","quantity":730}]}}`

func (s *servicePlatform) setBudget(t *testing.T, b *platform.Budget) {
	t.Helper()
	p, err := s.GetProject(t.Context(), owner, "payments")
	if err != nil {
		t.Fatal(err)
	}
	spec := platform.ProjectSpec{Title: p.Title, Team: p.Team, Members: p.Members, Pins: p.Pins, Budget: b}
	if _, err := s.PutProject(t.Context(), admin, "payments", spec, platform.Preconditions{Revision: &p.Revision}); err != nil {
		t.Fatal(err)
	}
}

// What the project's other environments cost counts from their acceptance on, and no longer when they are gone.
func TestBudget_ofAllEnvironments(t *testing.T) {
	s := newService(t)
	s.Prices = sheet{"a/b/small": meter(t, "1 Hour", "0", "0.017")}
	s.Region = "westeurope"
	shipped, err := s.GetCatalogItem(t.Context(), admin, platform.KindResourceDefinition, "storage-account-local", "1")
	if err != nil {
		t.Fatal(err)
	}
	item, err := s.ReadCatalogItem(t.Context(), admin, []byte(costly), shipped.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, item)
	s.setBudget(t, &platform.Budget{Monthly: 200_000, Over: platform.OverRefuse})
	s.create(t, "one", operationOne)
	ask := func() platform.Code {
		_, err := s.PutEnvironment(t.Context(), developer, "payments", "two", files(), platform.Preconditions{}, "01SERVICE00000000000000002")
		if err == nil {
			return ""
		}
		return platform.CodeOf(err)
	}
	if got := ask(); got != platform.BudgetExceeded {
		t.Errorf("while the first is made: %q", got)
	}
	s.finish(t, operationOne, platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	if env, err := s.GetEnvironment(t.Context(), developer, "payments", "one"); err != nil || env.Monthly != 124_100 || env.Planned != 0 {
		t.Errorf("the first costs %s, planned %s, %v", env.Monthly, env.Planned, err)
	}
	if got := ask(); got != platform.BudgetExceeded {
		t.Errorf("while the first is there: %q", got)
	}
	if _, err := s.DeleteEnvironment(t.Context(), developer, "payments", "one", platform.Preconditions{}, "01SERVICE00000000000000003"); err != nil {
		t.Fatal(err)
	}
	s.finish(t, "01SERVICE00000000000000003", platform.Report{Status: platform.Succeeded}, platform.RunSucceeded)
	if got := ask(); got != "" {
		t.Errorf("after the first is gone: %q", got)
	}
}

package platform_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/explain"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// newExplaining is a service that knows the shipped rules.
func newExplaining(t *testing.T) *servicePlatform {
	t.Helper()
	s := newService(t)
	rules, err := explain.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	s.Explainer = rules
	return s
}

// A failure that somebody has met before is explained: the cause, who can mend it, the next step. Its own words stay, without secrets.
func TestFollowRun_explains(t *testing.T) {
	s := newExplaining(t)
	s.create(t, "dev", operationOne)
	s.pipelines.first = &platform.OperationError{Code: "StepFailed", Target: "apply",
		Message: "Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 10, (Minimum) New Limit Required: 12.",
		Lines:   []string{"connecting with AccountKey=hunter2;", "Error: see above"}}
	op := s.finish(t, operationOne, platform.Report{Status: platform.Failed, Error: &platform.OperationError{Code: "RunFailed", Message: "A step of the run failed; its log says why."}}, platform.RunFailed)
	want := &platform.OperationError{
		Code: "StepFailed", Target: "apply", Message: s.pipelines.first.Message, Lines: []string{"connecting with AccountKey=***;", "Error: see above"},
		Rule: "QuotaExceededInRegion", Cause: "The subscription's quota standardDSv5Family Cores in westeurope is used up; 12 would be needed.",
		Action:   "Ask Azure for more quota, or choose a smaller size or another region, then deploy again.",
		WhoFixes: platform.ByPlatformTeam, Retry: platform.RetryAfterChange,
	}
	if diff := cmp.Diff(want, op.Error); op.Status != platform.Failed || diff != "" {
		t.Errorf("operation is %s (-want +got):\n%s", op.Status, diff)
	}
	env, err := s.GetEnvironment(t.Context(), developer, "payments", "dev")
	if err != nil || env.Failure == nil || env.Failure.Message != want.Cause {
		t.Errorf("environment with failure %+v: %v", env.Failure, err)
	}
}

// What nobody has met shows what was said, and nothing is invented.
func TestFollowRun_unknownFailure(t *testing.T) {
	s := newExplaining(t)
	s.create(t, "dev", operationOne)
	reported := platform.OperationError{Code: "TerraformFailed", Message: "on fire", Target: "apply", Lines: []string{"Error: on fire"},
		Rule: "Invented", Cause: "Invented.", WhoFixes: platform.ByNobody, Retry: platform.RetryAsIs}
	op := s.finish(t, operationOne, platform.Report{Status: platform.Failed, Error: &reported}, platform.RunFailed)
	want := &platform.OperationError{Code: "TerraformFailed", Message: "on fire", Target: "apply", Lines: []string{"Error: on fire"},
		Action: "Mend what the step complains about and deploy again; the whole log: lazuli operation logs " + operationOne}
	if diff := cmp.Diff(want, op.Error); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// Which of two errors tells more: the run's own, or what its log says first.
func TestFollowRun_betterWords(t *testing.T) {
	first := &platform.OperationError{Code: "StepFailed", Message: "what the log says", Target: "plan", Lines: []string{"a line"}}
	for name, row := range map[string]struct {
		reported, first *platform.OperationError
		code, message   string
		lines           int
	}{
		"only the log":                      {nil, first, "StepFailed", "what the log says", 1},
		"the run knows nothing":             {&platform.OperationError{Code: "RunFailed", Message: "see the log"}, first, "StepFailed", "what the log says", 1},
		"nobody knows":                      {&platform.OperationError{Code: "RunFailed", Message: "see the log"}, nil, "RunFailed", "see the log", 0},
		"the run knows":                     {&platform.OperationError{Code: "TerraformFailed", Message: "mine", Lines: []string{"x", "y"}}, first, "TerraformFailed", "mine", 2},
		"the run knows, the log has lines":  {&platform.OperationError{Code: "TerraformFailed", Message: "mine", Target: "plan"}, first, "TerraformFailed", "mine", 1},
		"the lines are of another step":     {&platform.OperationError{Code: "TerraformFailed", Message: "mine", Target: "apply"}, first, "TerraformFailed", "mine", 0},
		"nobody says anything":              {nil, nil, "RunFailed", "The run failed and gave no reason.", 0},
		"the first error may have no code ": {nil, &platform.OperationError{Message: "x"}, "RunFailed", "x", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.create(t, "dev", operationOne)
			s.pipelines.first = row.first
			op := s.finish(t, operationOne, platform.Report{Status: platform.Failed, Error: row.reported}, platform.RunFailed)
			if e := op.Error; e == nil || e.Code != row.code || e.Message != row.message || len(e.Lines) != row.lines {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// A run that could not even sign in changed nothing, and says why it could not.
func TestFollowRun_neverClaimed(t *testing.T) {
	s := newExplaining(t)
	s.create(t, "dev", operationOne)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	s.pipelines.first = &platform.OperationError{Code: "StepFailed", Target: "claim", Message: "ERROR: AADSTS7000222: The provided client secret keys for app '1-2' are expired."}
	s.pipelines.end("1", platform.RunFailed)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	op, err := s.Store.Operation(t.Context(), operationOne)
	if err != nil || op.Error == nil || op.Error.Code != "RunNeverClaimed" || op.Error.Rule != "ClientSecretExpired" || op.Error.WhoFixes != platform.ByPlatformTeam ||
		!strings.Contains(op.Error.Message, "nothing was changed") {
		t.Errorf("operation with %+v: %v", op.Error, err)
	}
}

// The error of a published result is not lost with the call-back. What stands in it is bounded, and no secret leaves by it.
func TestFollowRun_publishedError(t *testing.T) {
	s := newExplaining(t)
	s.create(t, "dev", operationOne)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	run := s.pipelines.runOf(operationOne)
	if _, err := s.StartRun(t.Context(), aRun, operationOne, run); err != nil {
		t.Fatal(err)
	}
	s.pipelines.report = []byte(`{"operation":"` + operationOne + `","status":"Failed","error":{"code":"OutputsUnreadable","message":"Could not reach postgres://app:hunter2@db/shop",
"target":"report","lines":["` + strings.Repeat(`x","`, 60) + strings.Repeat("y", 5000) + `"],"whoFixes":"nobody","rule":"Mine"}}`)
	s.pipelines.end(run, platform.RunSucceeded)
	if err := s.FollowRun(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	op, err := s.Store.Operation(t.Context(), operationOne)
	if err != nil || op.Status != platform.Failed || op.Error == nil {
		t.Fatalf("operation is %s with %+v: %v", op.Status, op.Error, err)
	}
	if e := op.Error; e.Code != "OutputsUnreadable" || e.Message != "Could not reach postgres://app:***@db/shop" || e.Rule != "" || e.WhoFixes != platform.ByPlatformTeam || len(e.Lines) != 50 {
		t.Errorf("error %+v", e)
	}
}

func TestGetOperationLogs_secretsStay(t *testing.T) {
	s := newService(t)
	s.create(t, "dev", operationOne)
	if err := s.RunOperation(t.Context(), operationOne); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StartRun(t.Context(), aRun, operationOne, s.pipelines.runOf(operationOne)); err != nil {
		t.Fatal(err)
	}
	s.pipelines.log = []platform.LogLine{{Step: "plan", Text: "-----BEGIN PRIVATE KEY-----"}, {Step: "plan", Text: "MIIEhunter2"}, {Step: "apply", Text: "done"}, {Step: "apply", Text: "PGPASSWORD=hunter2"}}
	page, err := s.GetOperationLogs(t.Context(), developer, operationOne, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []platform.LogLine{{Step: "plan", Text: "***"}, {Step: "plan", Text: "***"}, {Step: "apply", Text: "done"}, {Step: "apply", Text: "PGPASSWORD=***"}}
	if diff := cmp.Diff(want, page.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// Whoever adds an error to the platform says who can mend it and whether to try again: its code has a row in ownErrors.
func TestOperationError_everyOwnCodeIsExplained(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known, made := map[string]bool{}, map[string]token.Position{}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if n.Names[0].Name == "ownErrors" {
					for _, row := range n.Values[0].(*ast.CompositeLit).Elts {
						known[text(row.(*ast.KeyValueExpr).Key)] = true
					}
				}
			case *ast.CompositeLit:
				if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "OperationError" {
					for _, member := range n.Elts {
						if pair, ok := member.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == "Code" && text(pair.Value) != "" {
							made[text(pair.Value)] = set.Position(pair.Pos())
						}
					}
				}
			case *ast.AssignStmt: // why.Code = "…"
				if field, ok := n.Lhs[0].(*ast.SelectorExpr); ok && field.Sel.Name == "Code" && text(n.Rhs[0]) != "" {
					made[text(n.Rhs[0])] = set.Position(n.Pos())
				}
			}
			return true
		})
	}
	if len(made) < 8 {
		t.Fatalf("only %d codes found: %v", len(made), made)
	}
	for code, at := range made {
		if !known[code] {
			t.Errorf("%s: %s has no row in ownErrors", at, code)
		}
	}
}

// text is the value of a string literal, and empty for anything else.
func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	value, _ := strconv.Unquote(literal.Value) // the parser has accepted it
	return value
}

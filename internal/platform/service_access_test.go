package platform_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Who may do what, one operation of the API a row. A letter for each caller: y allowed (whatever comes of it), f Forbidden, n NotFound,
// u Unauthenticated. Callers: admin, owner, developer (Contributor), viewer (Reader), outsider, a pipeline run, nobody.
func TestAccess_matrix(t *testing.T) {
	s := newService(t)
	made := s.create(t, "dev", operationOne)
	callers := []platform.Caller{admin, owner, developer, viewer, outsider, aRun, nobody}
	rows := map[string]struct {
		want string
		do   func(context.Context, platform.Caller) error
	}{
		"getMe":   {"yyyyyyu", func(ctx context.Context, c platform.Caller) error { _, err := s.Me(ctx, c); return err }},
		"getHome": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error { _, err := s.GetHome(ctx, c); return err }},
		"search": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.Search(ctx, c, "payments", 5)
			return err
		}},
		"listAllEnvironments": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListAllEnvironments(ctx, c, platform.EverywhereFilter{}, platform.Page{Size: 5})
			return err
		}},
		"listAllOperations": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListAllOperations(ctx, c, platform.OperationsEverywhere{}, 5)
			return err
		}},
		"listResourceTypes": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error { _, err := s.ListResourceTypes(ctx, c); return err }},
		"getResourceType": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetResourceType(ctx, c, "postgres")
			return err
		}},
		"listTemplates": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error { _, err := s.ListTemplates(ctx, c); return err }},
		"getTemplate": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetTemplate(ctx, c, "empty")
			return err
		}},
		"getCatalog": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error { _, _, err := s.GetCatalog(ctx, c); return err }},
		"listCatalogItems": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListCatalogItems(ctx, c, platform.CatalogFilter{}, platform.Page{})
			return err
		}},
		"getCatalogItem": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetCatalogItem(ctx, c, platform.KindTemplate, "empty", "1")
			return err
		}},
		"publishCatalog": {"yfffffu", func(ctx context.Context, c platform.Caller) error {
			item, err := s.GetCatalogItem(ctx, admin, platform.KindTemplate, "empty", "1")
			if err != nil {
				return err
			}
			_, err = s.PublishCatalog(ctx, c, platform.Publication{Items: []platform.CatalogItem{item}})
			return err
		}},
		"setCatalogItemStatus": {"yfffffu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.SetCatalogItemStatus(ctx, c, platform.KindTemplate, "empty", "1", platform.StatusDefault)
			return err
		}},
		"explainDefinitions": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ExplainDefinitions(ctx, c, platform.ExplainSpec{EnvironmentType: "dev", Type: "postgres"})
			return err
		}},
		"explainDefinitions, in a project": {"yyyynfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ExplainDefinitions(ctx, c, platform.ExplainSpec{Project: "payments", EnvironmentType: "dev", Type: "postgres"})
			return err
		}},
		"exportCatalogEntities": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ExportCatalogEntities(ctx, c, platform.Page{Size: 5})
			return err
		}},
		"listEnvironmentTypes": {"yyyyyfu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ListEnvironmentTypes(ctx, c)
			return err
		}},
		"listProjects": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListProjects(ctx, c, platform.Page{Size: 5})
			return err
		}},
		"getProject": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetProject(ctx, c, "payments")
			return err
		}},
		"putProject, a new one": {"yfffffu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.PutProject(ctx, c, "newone", platform.ProjectSpec{Title: "x", Team: "payments", Members: []platform.Member{}}, platform.Preconditions{MustNotExist: c.ID == "admin"})
			return err
		}},
		"previewProject, a new one": {"yfffffu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.PreviewProject(ctx, c, "another", platform.ProjectSpec{Title: "x", Team: "payments"}, platform.Preconditions{})
			return err
		}},
		"previewProject, this one": {"yyffffu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.PreviewProject(ctx, c, "payments", platform.ProjectSpec{Title: "x", Team: "payments"}, platform.Preconditions{})
			return err
		}},
		"getProjectUsage": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetProjectUsage(ctx, c, "payments")
			return err
		}},
		"listMyActions": {"yyyyyyu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ListMyActions(ctx, c, platform.Scope{})
			return err
		}},
		"listMyActions, in a project": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ListMyActions(ctx, c, platform.Scope{Project: "payments"})
			return err
		}},
		"putProject, this one": {"yyffffu", func(ctx context.Context, c platform.Caller) error {
			p, err := s.Store.Project(ctx, "payments")
			if err != nil {
				return err
			}
			_, err = s.PutProject(ctx, c, "payments", platform.ProjectSpec{Title: "by " + c.ID, Team: p.Team}, platform.Preconditions{Revision: &p.Revision})
			return err
		}},
		"listOffers": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ListOffers(ctx, c, "payments")
			return err
		}},
		"listEnvironments": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListEnvironments(ctx, c, "payments", platform.Page{Size: 5})
			return err
		}},
		"getEnvironment": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetEnvironment(ctx, c, "payments", "dev")
			return err
		}},
		"getEnvironmentBundle": {"nnnnnnu", func(ctx context.Context, c platform.Caller) error { // it was never deployed
			_, err := s.GetEnvironmentBundle(ctx, c, "payments", "dev")
			return err
		}},
		"putEnvironment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return notBusy(s.PutEnvironment(ctx, c, "payments", "dev", files(), platform.Preconditions{}, ""))
		}},
		"deleteEnvironment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return notBusy(s.DeleteEnvironment(ctx, c, "payments", "dev", platform.Preconditions{}, ""))
		}},
		"extendEnvironment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ExtendEnvironment(ctx, c, "payments", "dev", platform.Extension{By: time.Hour})
			return err
		}},
		"protectEnvironment": {"yyffnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ProtectEnvironment(ctx, c, "payments", "dev", "by "+c.ID)
			return err
		}},
		"unprotectEnvironment": {"yyffnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.UnprotectEnvironment(ctx, c, "payments", "dev")
			return err
		}},
		"setEnvironmentCalendar": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.SetCalendar(ctx, c, "payments", "dev", nil)
			return err
		}},
		"removeEnvironmentCalendar": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.RemoveCalendar(ctx, c, "payments", "dev")
			return err
		}},
		"hibernateEnvironment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return notBusy(s.HibernateEnvironment(ctx, c, "payments", "dev", ""))
		}},
		"wakeEnvironment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return notBusy(s.WakeEnvironment(ctx, c, "payments", "dev", ""))
		}},
		"forceDeleteEnvironment": {"yfffnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ForceDeleteEnvironment(ctx, c, "payments", "dev", platform.ForcedDeletion{Reason: "It cannot be removed", Confirm: "payments/dev"}, "")
			return notBusy(platform.Accepted{}, err)
		}},
		"checkDrift": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.CheckDrift(ctx, c, "payments", "dev", "")
			return notBusy(platform.Accepted{}, err)
		}},
		"getDriftReport": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetDriftReport(ctx, c, "payments", "dev")
			return err
		}},
		"putBackDrift": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.PutBackDrift(ctx, c, "payments", "dev", "")
			return notBusy(platform.Accepted{}, err)
		}},
		"adoptDrift": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.AdoptDrift(ctx, c, "payments", "dev", false, "")
			return notBusy(platform.Accepted{}, err)
		}},
		"ignoreDrift": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.IgnoreDrift(ctx, c, "payments", "dev", platform.DriftNoteSpec{})
			if platform.CodeOf(err) == platform.Invalid { // the right was looked at before
				return nil
			}
			return err
		}},
		"deleteDriftNote": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return s.DeleteDriftNote(ctx, c, "payments", "dev", "none")
		}},
		"previewDeployment": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.PreviewDeployment(ctx, c, "payments", "other", files())
			return err
		}},
		"createDeployment": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return notBusy(s.CreateDeployment(ctx, c, "payments", "dev", platform.DeploymentSpec{Mode: platform.ModeDeploy, EnvironmentSpec: files()}, ""))
		}},
		"getDeployment": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetDeployment(ctx, c, "payments", "dev", made.Operation.Deployment)
			return err
		}},
		"listDeployments": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListDeployments(ctx, c, "payments", "dev", platform.Page{Size: 5})
			return err
		}},
		"getProjectValues": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetValues(ctx, c, payments)
			return err
		}},
		"getEnvironmentValues": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetValues(ctx, c, paymentsDevValues)
			return err
		}},
		"changeProjectValues": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ChangeValues(ctx, c, payments, setValue("KEY", `1`), platform.Preconditions{})
			return err
		}},
		"changeEnvironmentValues, with a secret": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.ChangeValues(ctx, c, paymentsDevValues, setSecret("KEY", "x"), platform.Preconditions{})
			return err
		}},
		"listEnvironmentValueVersions": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListValueVersions(ctx, c, paymentsDevValues, platform.Page{Size: 5})
			return err
		}},
		"getProjectValueVersion": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetValueVersion(ctx, c, payments, 0)
			return err
		}},
		"getEnvironmentValueDifferences": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, _, _, err := s.CompareValueVersions(ctx, c, paymentsDevValues, nil, nil)
			return err
		}},
		"restoreProjectValues": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.RestoreValues(ctx, c, payments, 0, nil, "", platform.Preconditions{})
			return err
		}},
		"listOperations": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListOperations(ctx, c, "payments", platform.OperationFilter{}, platform.Page{Size: 5})
			return err
		}},
		"getOperation": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetOperation(ctx, c, operationOne, platform.Wait{})
			return err
		}},
		"getOperationLogs": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.GetOperationLogs(ctx, c, operationOne, "")
			return err
		}},
		"retryOperation": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.RetryOperation(ctx, c, operationOne, "")
			if platform.CodeOf(err) == platform.OperationInProgress {
				return nil
			}
			return err
		}},
		"getApproval": {"yyyynnu", func(ctx context.Context, c platform.Caller) error {
			return needsNone(second(s.GetApproval(ctx, c, operationOne)))
		}},
		"approveOperation": {"yyffnnu", func(ctx context.Context, c platform.Caller) error {
			return needsNone(second(s.ApproveOperation(ctx, c, operationOne, platform.ApprovalRequest{})))
		}},
		"rejectOperation": {"yyffnnu", func(ctx context.Context, c platform.Caller) error {
			return needsNone(second(s.RejectOperation(ctx, c, operationOne, platform.ApprovalRequest{Comment: "no"})))
		}},
		"listAuditEvents": {"yfffffu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListAuditEvents(ctx, c, platform.AuditFilter{}, platform.Page{Size: 5})
			return err
		}},
		"listAuditEvents, of a project": {"yyffnnu", func(ctx context.Context, c platform.Caller) error {
			_, _, err := s.ListAuditEvents(ctx, c, platform.AuditFilter{Project: "payments"}, platform.Page{Size: 5})
			return err
		}},
		"startRun": {"fffffyu", func(ctx context.Context, c platform.Caller) error {
			_, err := s.StartRun(ctx, c, operationOne, "7")
			return err
		}},
		"getRunBundle": {"fffffyu", func(ctx context.Context, c platform.Caller) error {
			return notClaimed(second(s.GetRunBundle(ctx, c, operationOne, "x")))
		}},
		"reportRunPlan": {"fffffyu", func(ctx context.Context, c platform.Caller) error {
			return notClaimed(second(s.ReportRunPlan(ctx, c, operationOne, "x", platform.Plan{})))
		}},
		"reportRunResult": {"fffffyu", func(ctx context.Context, c platform.Caller) error {
			return notClaimed(s.ReportRunResult(ctx, c, operationOne, "x", platform.Report{Status: platform.Failed}))
		}},
		"cancelOperation": {"yyyfnnu", func(ctx context.Context, c platform.Caller) error {
			return final(second(s.CancelOperation(ctx, c, operationOne)))
		}},
	}
	letters := map[platform.Code]byte{platform.Forbidden: 'f', platform.NotFound: 'n', platform.Unauthenticated: 'u'}
	for name, row := range rows {
		if name == "cancelOperation" {
			continue // last: it ends the operation that the others look at
		}
		checkRow(t, name, row.want, callers, letters, row.do)
	}
	checkRow(t, "cancelOperation", rows["cancelOperation"].want, callers, letters, rows["cancelOperation"].do)
}

func checkRow(t *testing.T, name, want string, callers []platform.Caller, letters map[platform.Code]byte, do func(context.Context, platform.Caller) error) {
	t.Helper()
	for i, c := range callers {
		err := do(t.Context(), c)
		got := byte('y')
		if err != nil {
			got = letters[platform.CodeOf(err)]
		}
		if got != want[i] {
			t.Errorf("%s by %q: got %q (%v), want %q", name, c.ID, got, err, want[i])
		}
	}
}

// To an outsider a project that exists and one that does not are the same, word for word.
func TestAccess_existenceIsNotTold(t *testing.T) {
	s := newService(t)
	_, there := s.GetProject(t.Context(), outsider, "payments")
	_, absent := s.GetProject(t.Context(), outsider, "paymentz")
	var a, b *platform.Error
	if !errors.As(there, &a) || !errors.As(absent, &b) {
		t.Fatalf("%v, %v", there, absent)
	}
	if a.Code != b.Code || a.Action != b.Action || len(a.Message) != len(b.Message) {
		t.Errorf("%q and %q tell them apart", a, b)
	}
}

func second[T any](_ T, err error) error { return err }

// These take the answers that come after permission was given for what they are: allowed.
func notBusy(_ platform.Accepted, err error) error { return unless(err, platform.OperationInProgress) }
func notClaimed(err error) error                   { return unless(err, platform.RunNotClaimed) }
func final(err error) error                        { return unless(err, platform.OperationFinal) }

func unless(err error, code platform.Code) error {
	if err != nil && platform.CodeOf(err) == code {
		return nil
	}
	return err
}

// needsNone passes over what somebody is told who may: the operation of the test needs no approval.
func needsNone(err error) error {
	if platform.CodeOf(err) == platform.NotAwaitingApproval || err != nil && strings.Contains(err.Error(), "needs no approval") {
		return nil
	}
	return err
}

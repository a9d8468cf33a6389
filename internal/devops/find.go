package devops

import (
	"context"
	"strconv"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	// maxSameNumber is far above the number of runs that one operation can have.
	maxSameNumber = 20
	// maxRecent is how many of the newest runs are compared one by one when none bears the operation's number.
	maxRecent = 100
)

// Find looks for the newest run of an operation: first by its number, which the pipeline computes from the operation's id and
// which a run has from its first moment; then among the newest runs, by the parameter itself, in case the organization
// numbers its runs in another way.
func (p *Pipelines) Find(ctx context.Context, operation string) (platform.RunRef, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	number := "op-" + operation + ".*"
	for _, search := range []build.GetBuildsArgs{{BuildNumber: &number, Top: ptr(maxSameNumber)}, {Top: ptr(maxRecent)}} {
		search.Project, search.Definitions = &p.project, &[]int{p.pipeline}
		search.QueryOrder = &build.BuildQueryOrderValues.QueueTimeDescending
		found, err := p.builds.GetBuilds(ctx, search)
		if err != nil {
			return platform.RunRef{}, false, failure("find run of operation "+operation, err)
		}
		for _, b := range found.Value {
			if b.Id != nil && isOf(b, operation) {
				return platform.RunRef{ID: strconv.Itoa(*b.Id), URL: webLink(b.Links)}, true, nil
			}
		}
	}
	return platform.RunRef{}, false, nil
}

// isOf reports whether a run was started for the operation. The parameter decides; the number, which a run can change, only
// where the service does not tell the parameters.
func isOf(b build.Build, operation string) bool {
	if b.TemplateParameters != nil {
		if of, ok := (*b.TemplateParameters)["operationId"]; ok {
			return of == operation
		}
	}
	return strings.HasPrefix(value(b.BuildNumber), "op-"+operation+".")
}

func ptr[T any](v T) *T { return &v }

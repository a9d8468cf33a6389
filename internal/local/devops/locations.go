package devops

import (
	"net/http"
	"strings"
)

// location is one row of the service's table of REST locations. The Go client reads it once per base URL and dereferences
// every field without looking, so none of them may be absent.
type location struct {
	ID              string `json:"id"`
	Area            string `json:"area"`
	ResourceName    string `json:"resourceName"`
	RouteTemplate   string `json:"routeTemplate"`
	ResourceVersion int    `json:"resourceVersion"`
	MinVersion      string `json:"minVersion"`
	MaxVersion      string `json:"maxVersion"`
	ReleasedVersion string `json:"releasedVersion"`
}

// locations are the real service's rows (ids, casing and versions as it lists them) for what this stand-in answers.
var locations = []location{
	{"28e1305e-2afe-47bf-abaf-cbb0e6a91988", "Pipelines", "pipelines", "{project}/_apis/{area}/{pipelineId}", 1, "5.1", "7.2", "7.1"},
	{"7859261e-d2e9-4a68-b820-a5d84cc5bb3d", "Pipelines", "runs", "{project}/_apis/{area}/{pipelineId}/{resource}/{runId}", 2, "5.1", "7.2", "7.1"},
	{"53df2d18-29ea-46a9-bee0-933540f80abf", "pipelines", "preview", "{project}/_apis/{area}/{pipelineId}/{resource}", 2, "5.1", "7.2", "7.1"},
	{"85023071-bd5e-4438-89b0-2a5bf362a19d", "Pipelines", "artifacts", "{project}/_apis/{area}/{pipelineId}/runs/{runId}/{resource}", 1, "5.2", "7.2", "7.1"},
	{"0cd358e1-9217-4d94-8269-1c1ee6f93dcf", "Build", "Builds", "{project}/_apis/build/{resource}/{buildId}", 7, "1.0", "7.2", "7.1"},
	{"8baac422-4c6e-4de5-8532-db96d92acffa", "build", "Timeline", "{project}/_apis/{area}/builds/{buildId}/{resource}/{timelineId}", 3, "2.0", "7.2", "7.1"},
	{"35a80daf-7f30-45fc-86e8-6b813d9c90df", "build", "logs", "{project}/_apis/{area}/builds/{buildId}/{resource}/{logId}", 2, "2.0", "7.2", "7.1"},
	{"6e6114b2-8161-44c8-8f6c-c5505782427f", "build", "tags", "{project}/_apis/{area}/builds/{buildId}/{resource}/{*tag}", 3, "2.0", "7.2", "7.1"},
	{"1db06c96-014e-44e1-ac91-90b2d4b3e984", "build", "artifacts", "{project}/_apis/{area}/builds/{buildId}/{resource}/{artifactName}", 5, "2.0", "7.2", "7.1"},
	{"f2192269-89fa-4f94-baf6-8fb128c55159", "build", "attachments", "{project}/_apis/{area}/builds/{buildId}/{resource}/{type}", 2, "4.1", "7.2", "7.1"},
	{"af5122d3-3438-485e-a25a-2dbbfde84ee6", "build", "attachments", "{project}/_apis/{area}/builds/{buildId}/{timelineId}/{recordId}/{resource}/{type}/{name}", 2, "4.1", "7.2", "7.1"},
	{"e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}", 1, "3.2", "7.2", "0.0"},
}

// listLocations answers OPTIONS _apis (all rows; the Go client) and OPTIONS _apis/{area} (the rows of one area; the Node client).
func (s *Server) listLocations(w http.ResponseWriter, _ *http.Request, p params) error {
	rows := locations
	if area := p["area"]; area != "" {
		rows = nil
		for _, l := range locations {
			if strings.EqualFold(l.Area, area) {
				rows = append(rows, l)
			}
		}
	}
	return writeList(w, rows)
}

// listResourceAreas answers that there is one host for every area, in the form an on-premises server uses: an empty list.
func (s *Server) listResourceAreas(w http.ResponseWriter, _ *http.Request, _ params) error {
	return writeList(w, []struct{}{})
}

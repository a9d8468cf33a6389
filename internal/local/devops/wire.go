package devops

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// timeFormat is how the service writes times: UTC, seven fractional digits.
const timeFormat = "2006-01-02T15:04:05.0000000Z"

func wireTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// optionalTime is absent in builds and runs, and null in timeline records, until it has come.
func optionalTime(t *time.Time) *string {
	if t == nil {
		return nil
	}
	text := wireTime(*t)
	return &text
}

type link struct {
	Href string `json:"href"`
}

type links map[string]link

// wireRun is a run of the pipelines API.
type wireRun struct {
	Links              links             `json:"_links"`
	TemplateParameters map[string]string `json:"templateParameters"`
	Pipeline           wirePipeline      `json:"pipeline"`
	State              string            `json:"state"`
	Result             string            `json:"result,omitempty"`
	CreatedDate        string            `json:"createdDate"`
	FinishedDate       *string           `json:"finishedDate,omitempty"`
	URL                string            `json:"url"`
	Resources          any               `json:"resources,omitempty"`
	FinalYAML          string            `json:"finalYaml,omitempty"`
	ID                 int               `json:"id"`
	Name               string            `json:"name"`
}

type wirePipeline struct {
	Links         links  `json:"_links,omitempty"`
	Configuration any    `json:"configuration,omitempty"`
	URL           string `json:"url"`
	ID            int    `json:"id"`
	Revision      int    `json:"revision"`
	Name          string `json:"name"`
	Folder        string `json:"folder"`
}

// wireBuild is a build of the build API: the same run with all there is to know.
type wireBuild struct {
	Links              links             `json:"_links"`
	Properties         struct{}          `json:"properties"`
	Tags               []string          `json:"tags"`
	ValidationResults  []struct{}        `json:"validationResults"`
	Plans              []wirePlan        `json:"plans"`
	TemplateParameters map[string]string `json:"templateParameters"`
	TriggerInfo        struct{}          `json:"triggerInfo"`
	ID                 int               `json:"id"`
	BuildNumber        string            `json:"buildNumber"`
	Status             buildStatus       `json:"status"`
	Result             buildResult       `json:"result,omitempty"`
	QueueTime          string            `json:"queueTime"`
	StartTime          *string           `json:"startTime,omitempty"`
	FinishTime         *string           `json:"finishTime,omitempty"`
	URL                string            `json:"url"`
	Definition         any               `json:"definition"`
	Project            any               `json:"project"`
	URI                string            `json:"uri"`
	SourceBranch       string            `json:"sourceBranch"`
	SourceVersion      string            `json:"sourceVersion"`
	Queue              any               `json:"queue"`
	Priority           string            `json:"priority"`
	Reason             string            `json:"reason"`
	RequestedFor       any               `json:"requestedFor"`
	RequestedBy        any               `json:"requestedBy"`
	LastChangedDate    string            `json:"lastChangedDate"`
	OrchestrationPlan  wirePlan          `json:"orchestrationPlan"`
	Logs               any               `json:"logs"`
	Repository         any               `json:"repository"`
	RetainedByRelease  bool              `json:"retainedByRelease"`
	TriggeredByBuild   *struct{}         `json:"triggeredByBuild"`
}

type wirePlan struct {
	PlanID string `json:"planId"`
}

// url joins path segments below the project; the service always writes the project's id.
func (s *Server) url(format string, args ...any) string {
	return s.cfg.OrganizationURL + "/" + s.projectID + "/" + fmt.Sprintf(format, args...)
}

// webURL is the page for people; see showResults for its key.
func (s *Server) webURL(id int) string {
	return s.url("_build/results?buildId=%d&key=%s", id, s.pageKey(id))
}

func (s *Server) wireRun(r run) wireRun {
	return wireRun{
		Links: links{
			"self":         {s.url("_apis/pipelines/%d/runs/%d", r.Definition, r.ID)},
			"web":          {s.webURL(r.ID)},
			"pipeline.web": {s.url("_build/definition?definitionId=%d", r.Definition)},
			"pipeline":     {s.url("_apis/pipelines/%d?revision=1", r.Definition)},
		},
		TemplateParameters: nonNil(r.Parameters),
		Pipeline:           s.wirePipeline(r.Definition),
		State:              runState(r.Status),
		Result:             runResult(r.Result),
		CreatedDate:        wireTime(r.Queued),
		FinishedDate:       optionalTime(r.Finished),
		URL:                s.url("_apis/pipelines/%d/runs/%d", r.Definition, r.ID),
		Resources: map[string]any{"repositories": map[string]any{"self": map[string]any{
			"repository": map[string]string{"id": s.repositoryID, "type": "azureReposGit"}, "refName": r.Ref, "version": r.Version,
		}}},
		ID:   r.ID,
		Name: r.Number,
	}
}

// runState says of a run what it says of a build in fewer words: a run has no queued state.
func runState(status buildStatus) string {
	switch status {
	case completed:
		return "completed"
	case cancelling:
		return "canceling"
	default:
		return "inProgress"
	}
}

// runResult has no word for partial success.
func runResult(result buildResult) string {
	if result == resultPartiallySucceeded {
		return string(resultSucceeded)
	}
	return string(result)
}

func (s *Server) wirePipeline(id int) wirePipeline {
	d, _ := s.cfg.definition(id) // a definition that was removed from the configuration keeps its id, and has no name
	return wirePipeline{URL: s.url("_apis/pipelines/%d?revision=1", id), ID: id, Revision: 1, Name: d.Name, Folder: `\`}
}

func (s *Server) wireBuild(r run) wireBuild {
	self := s.url("_apis/build/Builds/%d", r.ID)
	me := map[string]any{"displayName": "Lazuli (local)", "id": s.identityID, "uniqueName": "lazuli@localhost", "url": s.url("_apis/Identities/%s", s.identityID)}
	project := map[string]any{"id": s.projectID, "name": s.cfg.Project, "url": s.cfg.OrganizationURL + "/_apis/projects/" + s.projectID, "state": "wellFormed", "visibility": "private"}
	d, _ := s.cfg.definition(r.Definition)
	return wireBuild{
		Links: links{"self": {self}, "web": {s.webURL(r.ID)}, "timeline": {s.url("_apis/build/builds/%d/Timeline", r.ID)}},
		Tags:  append([]string{}, r.Tags...), ValidationResults: []struct{}{}, Plans: []wirePlan{{r.PlanID}},
		TemplateParameters: nonNil(r.Parameters),
		ID:                 r.ID, BuildNumber: r.Number, Status: r.Status, Result: r.Result,
		QueueTime: wireTime(r.Queued), StartTime: optionalTime(r.Started), FinishTime: optionalTime(r.Finished), URL: self,
		Definition: map[string]any{"id": r.Definition, "name": d.Name, "url": s.url("_apis/build/Definitions/%d?revision=1", r.Definition), "uri": fmt.Sprintf("vstfs:///Build/Definition/%d", r.Definition),
			"path": `\`, "type": "build", "queueStatus": "enabled", "revision": 1, "project": project},
		Project: project, URI: fmt.Sprintf("vstfs:///Build/Build/%d", r.ID), SourceBranch: r.Ref, SourceVersion: r.Version,
		Queue:    map[string]any{"id": 1, "name": "Default", "pool": map[string]any{"id": 1, "name": "Default", "isHosted": false}},
		Priority: "normal", Reason: "manual", RequestedFor: me, RequestedBy: me, LastChangedDate: wireTime(r.Changed), OrchestrationPlan: wirePlan{r.PlanID},
		Logs:       map[string]any{"id": 0, "type": "Container", "url": s.url("_apis/build/builds/%d/logs", r.ID)},
		Repository: map[string]any{"id": s.repositoryID, "type": "TfsGit", "name": s.cfg.Project, "checkoutSubmodules": false},
	}
}

// wireRecord is a record of a timeline; what has not come yet is null there.
type wireRecord struct {
	PreviousAttempts []struct{}  `json:"previousAttempts"`
	ID               string      `json:"id"`
	ParentID         *string     `json:"parentId"`
	Type             string      `json:"type"`
	Name             string      `json:"name"`
	RefName          string      `json:"refName,omitempty"`
	StartTime        *string     `json:"startTime"`
	FinishTime       *string     `json:"finishTime"`
	CurrentOperation *string     `json:"currentOperation"`
	PercentComplete  *int        `json:"percentComplete"`
	State            string      `json:"state"`
	Result           *string     `json:"result"`
	ResultCode       *string     `json:"resultCode"`
	ChangeID         int         `json:"changeId"`
	LastModified     string      `json:"lastModified"`
	WorkerName       *string     `json:"workerName"`
	Order            int         `json:"order"`
	Details          *struct{}   `json:"details"`
	ErrorCount       int         `json:"errorCount"`
	WarningCount     int         `json:"warningCount"`
	URL              *string     `json:"url"`
	Log              any         `json:"log"`
	Task             any         `json:"task"`
	Attempt          int         `json:"attempt"`
	Identifier       *string     `json:"identifier"`
	Issues           []wireIssue `json:"issues,omitempty"`
}

type wireIssue struct {
	Type     string            `json:"type"`
	Category string            `json:"category"`
	Message  string            `json:"message"`
	Data     map[string]string `json:"data"`
}

func (s *Server) wireRecord(runID int, r storedRecord) wireRecord {
	w := wireRecord{
		PreviousAttempts: []struct{}{},
		ID:               r.ID, ParentID: nonEmpty(r.ParentID), Type: r.Type, Name: r.Name, RefName: r.RefName,
		StartTime: optionalTime(r.Start), FinishTime: optionalTime(r.Finish),
		CurrentOperation: nonEmpty(r.CurrentOperation), PercentComplete: r.PercentComplete,
		State: string(r.State), Result: nonEmpty(string(r.Result)), ChangeID: r.ChangeID, LastModified: wireTime(r.LastModified),
		WorkerName: nonEmpty(r.WorkerName), Order: r.Order, ErrorCount: r.ErrorCount, WarningCount: r.WarningCount,
		Attempt: max(1, r.Attempt), Identifier: nonEmpty(r.Identifier),
	}
	if r.LogID > 0 {
		w.Log = map[string]any{"id": r.LogID, "type": "Container", "url": s.url("_apis/build/builds/%d/logs/%d", runID, r.LogID)}
	}
	if r.Task != nil {
		w.Task = map[string]string{"id": r.Task.ID, "name": r.Task.Name, "version": r.Task.Version}
	}
	for _, i := range r.Issues {
		w.Issues = append(w.Issues, wireIssue{Type: i.Type, Category: i.Category, Message: i.Message, Data: nonNil(i.Data)})
	}
	return w
}

func (s *Server) wireArtifact(r run, a artifact) map[string]any {
	return map[string]any{
		"id": a.ID, "name": a.Name, "source": a.JobRecordID,
		"resource": map[string]any{
			"type": "PipelineArtifact", "data": fmt.Sprintf("%d/%d", r.ID, a.ID),
			"properties":  map[string]string{"artifactsize": fmt.Sprint(a.Size)},
			"url":         s.url("_apis/build/builds/%d/artifacts?artifactName=%s", r.ID, url.QueryEscape(a.Name)),
			"downloadUrl": s.signedURL(r.ID, a.Name),
		},
	}
}

// runInfo is what the token issuer may know.
func (r run) info() RunInfo {
	return RunInfo{ID: r.ID, Number: r.Number, Definition: r.Definition, Parameters: r.Parameters}
}

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func nonNil(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func branchName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

var _ agent.Artifacts = runArtifacts{}

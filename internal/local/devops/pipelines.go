package devops

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// maxBody is far above what the service accepts for a run's parameters.
const maxBody = 1 << 20

// runRequest is the body of a request to run or to preview. Parameters come as text from the Go client and as they please from others.
type runRequest struct {
	TemplateParameters map[string]json.RawMessage `json:"templateParameters"`
	Variables          map[string]json.RawMessage `json:"variables"`
	StagesToSkip       []string                   `json:"stagesToSkip"`
	PreviewRun         bool                       `json:"previewRun"`
	YAMLOverride       string                     `json:"yamlOverride"`
	Resources          struct {
		Repositories map[string]struct {
			RefName string `json:"refName"`
		} `json:"repositories"`
	} `json:"resources"`
}

// runPipeline answers POST pipelines/{id}/runs: compiles, stores, queues. A pipeline or parameters at fault are 400 and leave no run.
func (s *Server) runPipeline(w http.ResponseWriter, r *http.Request, p params) error {
	d, err := s.definitionOf(p)
	if err != nil {
		return err
	}
	var body *runRequest
	if err := decodeBody(w, r, &body); err != nil {
		return err
	}
	plan, parameters, err := s.compile(d, body)
	if err != nil {
		return err
	}
	if body.PreviewRun {
		return writeJSON(w, wireRun{Links: links{}, Pipeline: s.wirePipeline(d.ID), TemplateParameters: parameters, State: "unknown",
			CreatedDate: wireTime(s.cfg.Now()), FinalYAML: plan.FinalYAML, ID: -1})
	}
	queued, err := s.enqueue(d, plan, parameters)
	if err != nil {
		return err
	}
	return writeJSON(w, s.wireRun(queued))
}

// previewPipeline answers POST pipelines/{id}/preview: compiles and shows the expanded document.
func (s *Server) previewPipeline(w http.ResponseWriter, r *http.Request, p params) error {
	d, err := s.definitionOf(p)
	if err != nil {
		return err
	}
	var body *runRequest
	if err := decodeBody(w, r, &body); err != nil {
		return err
	}
	plan, _, err := s.compile(d, body)
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]string{"finalYaml": plan.FinalYAML})
}

// compile expands the pipeline for this request, as it is in the repository now.
func (s *Server) compile(d Definition, body *runRequest) (*pipeline.Plan, map[string]string, error) {
	if err := refuse(body); err != nil {
		return nil, nil, err
	}
	parameters := make(map[string]string, len(body.TemplateParameters))
	for name, value := range body.TemplateParameters {
		parameters[name] = textOf(value)
	}
	for alias, repository := range body.Resources.Repositories {
		if ref := repository.RefName; alias != "self" || (ref != "" && ref != branch) {
			return nil, nil, errInvalidPipeline(fmt.Sprintf("Could not get the latest source version for repository %s hosted on Azure Repos using ref %s.", alias, ref))
		}
	}
	plan, err := pipeline.Compile(os.DirFS(s.cfg.Repository), d.YAML, pipeline.Input{
		Parameters:    parameters,
		Predefined:    s.predefined(d),
		Groups:        func(name string) bool { _, ok := fold(s.cfg.VariableGroups, name); return ok },
		Connections:   func(name string) bool { _, ok := fold(s.cfg.Connections, name); return ok },
		RepositoryURL: s.repositoryURL(), Branch: branch, Version: s.cfg.Version,
	})
	var invalid *pipeline.ValidationError
	if errors.As(err, &invalid) {
		return nil, nil, errInvalidPipeline(invalid.Error())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("compile pipeline %s: %w", d.Name, err)
	}
	return plan, parameters, nil
}

// refuse says no to what would otherwise be ignored without a word.
func refuse(body *runRequest) error {
	switch {
	case body == nil:
		return errMissingArgument("runParameters")
	case len(body.Variables) > 0:
		names := make([]string, 0, len(body.Variables))
		for name := range body.Variables {
			names = append(names, name)
		}
		slices.Sort(names)
		// What the service says when queue-time variables are limited to those marked settable, as they are by default.
		return errInvalidPipeline(fmt.Sprintf("You can't set the following variables (%s). If you want to be able to set these variables, then edit the pipeline and select Settable at queue time on the variables tab of the pipeline editor.", strings.Join(names, ",")))
	case len(body.StagesToSkip) > 0:
		return errInvalidArgument("The local stand-in cannot skip stages: leave stagesToSkip empty.")
	case body.YAMLOverride != "":
		return errInvalidArgument("The local stand-in compiles the pipeline of its repository alone: leave yamlOverride empty.")
	default:
		return nil
	}
}

// enqueue stores the run with its number and wakes the queue. The run exists from the moment this returns.
func (s *Server) enqueue(d Definition, plan *pipeline.Plan, parameters map[string]string) (run, error) {
	now := s.cfg.Now().UTC()
	queued, err := s.store.create(func(id int, revision func(string) (int, error)) (run, *pipeline.Plan, error) {
		number, err := plan.RunNumber(pipeline.NumberInput{
			Now: now, BuildID: id, DefinitionName: d.Name, TeamProject: s.cfg.Project, Branch: branch, Revision: revision,
		})
		if err != nil {
			var invalid *pipeline.ValidationError
			if errors.As(err, &invalid) {
				err = errInvalidPipeline(invalid.Error())
			}
			return run{}, nil, err
		}
		return run{
			ID: id, Number: number, Definition: d.ID, Status: notStarted, Queued: now, Changed: now, Parameters: parameters,
			PlanID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(s.url("_apis/build/Builds/%d", id))).String(), Ref: branch, Version: s.cfg.Version,
		}, plan, nil
	})
	if err != nil {
		return run{}, err
	}
	if err := s.store.putRecords(queued.ID, agent.Outline(plan)...); err != nil {
		// The run exists and will be executed; the agent writes every record again when it gets there.
		s.log.Warn("Timeline of a new run is late", "run", queued.ID, "error", err)
	}
	s.log.Info("Run queued", "run", queued.ID, "number", queued.Number, "pipeline", d.Name)
	s.queue.wake()
	return queued, nil
}

// listRuns answers GET pipelines/{id}/runs: newest first, without resources, no paging.
func (s *Server) listRuns(w http.ResponseWriter, _ *http.Request, p params) error {
	d, err := s.definitionOf(p)
	if err != nil {
		return err
	}
	found := s.store.find(func(r run) bool { return r.Definition == d.ID })
	slices.Reverse(found)
	answer := make([]wireRun, 0, len(found))
	for _, r := range found {
		wire := s.wireRun(r)
		wire.Resources = nil
		answer = append(answer, wire)
	}
	return writeList(w, answer)
}

func (s *Server) getRun(w http.ResponseWriter, _ *http.Request, p params) error {
	r, err := s.runOf(p)
	if err != nil {
		return err
	}
	return writeJSON(w, s.wireRun(r))
}

func (s *Server) getPipeline(w http.ResponseWriter, _ *http.Request, p params) error {
	d, err := s.definitionOf(p)
	if err != nil {
		return err
	}
	answer := s.wirePipeline(d.ID)
	answer.Links = links{"self": {answer.URL}, "web": {s.url("_build/definition?definitionId=%d", d.ID)}}
	answer.Configuration = map[string]any{"path": d.YAML, "type": "yaml", "repository": map[string]string{"id": s.repositoryID, "type": "azureReposGit"}}
	return writeJSON(w, answer)
}

func (s *Server) listPipelines(w http.ResponseWriter, _ *http.Request, _ params) error {
	answer := make([]wirePipeline, 0, len(s.cfg.Definitions))
	for _, d := range s.cfg.Definitions {
		answer = append(answer, s.wirePipeline(d.ID))
	}
	return writeList(w, answer)
}

func (s *Server) definitionOf(p params) (Definition, error) {
	id, err := strconv.Atoi(p["pipelineId"])
	if err != nil {
		return Definition{}, errPipelineNotFound(p["pipelineId"])
	}
	d, ok := s.cfg.definition(id)
	if !ok {
		return Definition{}, errPipelineNotFound(p["pipelineId"])
	}
	return d, nil
}

// runOf finds the run that a path of the pipelines API names; it must be one of the pipeline that the path names.
func (s *Server) runOf(p params) (run, error) {
	d, err := s.definitionOf(p)
	if err != nil {
		return run{}, err
	}
	id, err := strconv.Atoi(p["runId"])
	if err != nil {
		return run{}, errBuildNotFound(p["runId"])
	}
	r, ok := s.store.run(id)
	if !ok || r.Definition != d.ID {
		return run{}, errBuildNotFound(p["runId"])
	}
	return r, nil
}

// decodeBody reads a JSON body. JSON null and no body leave target as it is.
func decodeBody(w http.ResponseWriter, r *http.Request, target any) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return errInvalidArgument("The body could not be read: %v", err)
	}
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, target); err != nil {
		return errInvalidArgument("The body is not what this request needs: %v", err)
	}
	return nil
}

// textOf is a parameter as the compiler wants it: JSON strings as their text, everything else as its JSON.
func textOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// fold looks a name up without regard to case, as the service does.
func fold[T any](m map[string]T, name string) (T, bool) {
	for key, value := range m {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	var none T
	return none, false
}

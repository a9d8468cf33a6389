package devops

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// params are the named segments of a path, percent-decoded.
type params map[string]string

type endpoint func(w http.ResponseWriter, r *http.Request, p params) error

type route struct {
	method   string
	segments []string
	open     bool // answered without credentials
	call     endpoint
}

// routes are all paths below the organisation. A segment {x} is captured; {x?} may be absent at the end. Matching is
// case-insensitive throughout, because clients lower-case base URLs and copy the service's mixed casing of resources.
func (s *Server) routes() []route {
	open := func(r route) route { r.open = true; return r }
	project := func(method, path string, call endpoint) route {
		return at(method, "{project}/_apis/"+path, s.inProject(call))
	}
	return []route{
		open(at(http.MethodOptions, "_apis/{area?}", s.listLocations)),
		at(http.MethodGet, "_apis/ResourceAreas/{areaId?}", s.listResourceAreas),

		project(http.MethodPost, "pipelines/{pipelineId}/runs", s.runPipeline),
		project(http.MethodGet, "pipelines/{pipelineId}/runs", s.listRuns),
		project(http.MethodGet, "pipelines/{pipelineId}/runs/{runId}", s.getRun),
		project(http.MethodGet, "pipelines/{pipelineId}/runs/{runId}/artifacts", s.getRunArtifact),
		project(http.MethodPost, "pipelines/{pipelineId}/preview", s.previewPipeline),
		project(http.MethodGet, "pipelines/{pipelineId}", s.getPipeline),
		project(http.MethodGet, "pipelines", s.listPipelines),

		project(http.MethodGet, "build/builds", s.listBuilds),
		project(http.MethodGet, "build/builds/{buildId}", s.getBuild),
		project(http.MethodPatch, "build/builds/{buildId}", s.updateBuild),
		project(http.MethodGet, "build/builds/{buildId}/timeline/{timelineId?}", s.getTimeline),
		project(http.MethodGet, "build/builds/{buildId}/logs", s.listLogs),
		project(http.MethodGet, "build/builds/{buildId}/logs/{logId}", s.getLog),
		project(http.MethodGet, "build/builds/{buildId}/tags", s.getTags),
		project(http.MethodPost, "build/builds/{buildId}/tags", s.addTags),
		project(http.MethodPatch, "build/builds/{buildId}/tags", s.updateTags),
		project(http.MethodPut, "build/builds/{buildId}/tags/{tag}", s.addTag),
		project(http.MethodDelete, "build/builds/{buildId}/tags/{tag}", s.deleteTag),
		project(http.MethodGet, "build/builds/{buildId}/artifacts", s.getArtifacts),
		project(http.MethodGet, "build/builds/{buildId}/attachments/{type}", s.listAttachments),
		project(http.MethodGet, "build/builds/{buildId}/{timelineId}/{recordId}/attachments/{type}/{name}", s.getAttachment),

		// The signature in their queries is the credential.
		open(project(http.MethodGet, "signedcontent/{buildId}/{artifactName}", s.getSignedContent)),
		open(at(http.MethodGet, "{project}/_build/results", s.inProject(s.showResults))),
	}
}

func at(method, path string, call endpoint) route {
	return route{method: method, segments: strings.Split(path, "/"), call: call}
}

// match reports whether the path fits the route and returns what its named segments hold.
func (rt route) match(path []string) (params, bool) {
	p := params{}
	for i, want := range rt.segments {
		name, isParam := strings.CutPrefix(want, "{")
		name = strings.TrimSuffix(name, "}")
		name, optional := strings.CutSuffix(name, "?")
		switch {
		case i >= len(path):
			if !optional {
				return nil, false
			}
		case isParam:
			p[name] = path[i]
		case !strings.EqualFold(want, path[i]):
			return nil, false
		}
	}
	return p, len(path) <= len(rt.segments)
}

// ServeHTTP answers one request. Paths outside of the organisation are 404.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := s.pathBelowOrganization(r.URL)
	if !ok {
		s.writeError(w, r, errNoController(r.URL.Path))
		return
	}
	pathKnown := false
	for _, rt := range s.table {
		p, ok := rt.match(path)
		if !ok {
			continue
		}
		pathKnown = true
		if rt.method != r.Method {
			continue
		}
		if !rt.open && !s.authenticated(r) {
			writeUnauthorized(w, r)
			return
		}
		if err := rt.call(w, r, p); err != nil {
			s.writeError(w, r, err)
		}
		return
	}
	if pathKnown {
		writeMethodNotAllowed(w, r)
		return
	}
	s.writeError(w, r, errNoController(r.URL.Path))
}

func errNoController(path string) error {
	return &apiError{http.StatusNotFound, "VssServiceException", vssSpace,
		fmt.Sprintf("The controller for path '%s' was not found or does not implement IController.", path)}
}

// pathBelowOrganization splits the escaped path, so that a %2F stays inside its segment.
func (s *Server) pathBelowOrganization(u *url.URL) ([]string, bool) {
	escaped := u.EscapedPath()
	if len(escaped) < len(s.prefix) || !strings.EqualFold(escaped[:len(s.prefix)], s.prefix) {
		return nil, false
	}
	rest := escaped[len(s.prefix):]
	if rest != "" && rest[0] != '/' {
		return nil, false
	}
	segments := strings.Split(strings.Trim(rest, "/"), "/")
	for i, segment := range segments {
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			return nil, false
		}
		segments[i] = decoded
	}
	return segments, true
}

// inProject refuses a project other than the one there is, by name or by id.
func (s *Server) inProject(call endpoint) endpoint {
	return func(w http.ResponseWriter, r *http.Request, p params) error {
		if name := p["project"]; !strings.EqualFold(name, s.cfg.Project) && !strings.EqualFold(name, s.projectID) {
			return errProjectNotFound(name)
		}
		return call(w, r, p)
	}
}

package devops

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

func (s *Server) getBuild(w http.ResponseWriter, _ *http.Request, p params) error {
	r, err := s.buildOf(p)
	if err != nil {
		return err
	}
	return writeJSON(w, s.wireBuild(r))
}

// listBuilds answers GET build/builds with the filters of buildQuery.
func (s *Server) listBuilds(w http.ResponseWriter, r *http.Request, _ params) error {
	q, err := parseBuildQuery(r.URL.Query())
	if err != nil {
		return err
	}
	found, next, err := q.page(s.store)
	if err != nil {
		return err
	}
	if next != "" {
		w.Header().Set("X-MS-ContinuationToken", next)
	}
	answer := make([]wireBuild, 0, len(found))
	for _, b := range found {
		answer = append(answer, s.wireBuild(b))
	}
	return writeList(w, answer)
}

// updateBuild answers PATCH build/builds/{id}. The one change it knows is a cancellation; a build that has ended is answered as it is.
func (s *Server) updateBuild(w http.ResponseWriter, r *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	var body struct {
		Status json.RawMessage `json:"status"`
	}
	if err := decodeBody(w, r, &body); err != nil {
		return err
	}
	// Names come in any casing; the Node client sends the number.
	if status := textOf(body.Status); !strings.EqualFold(status, string(cancelling)) && status != "4" {
		return errInvalidArgument("The local stand-in can only change the status of a build, and only to cancelling.")
	}
	var before buildStatus
	found, err = s.store.update(found.ID, func(r *run) error { before = r.Status; r.cancel(); return nil })
	if err != nil {
		return err
	}
	if found.Status == cancelling && before != cancelling {
		s.hooks.runChanged(found)
	}
	if found.Status == cancelling {
		s.log.Info("Run is being canceled", "run", found.ID, "number", found.Number)
		s.queue.cancel(found.ID)
	}
	return writeJSON(w, s.wireBuild(found))
}

// buildOf finds the run that a path of the build API names.
func (s *Server) buildOf(p params) (run, error) {
	id, err := strconv.Atoi(p["buildId"])
	if err != nil {
		return run{}, errBuildNotFound(p["buildId"])
	}
	r, ok := s.store.run(id)
	if !ok {
		return run{}, errBuildNotFound(p["buildId"])
	}
	return r, nil
}

func (s *Server) getTags(w http.ResponseWriter, _ *http.Request, p params) error {
	r, err := s.buildOf(p)
	if err != nil {
		return err
	}
	return writeList(w, r.Tags)
}

// addTag answers PUT build/builds/{id}/tags/{tag}; a body, which the Node client sends as null, is not read.
func (s *Server) addTag(w http.ResponseWriter, _ *http.Request, p params) error {
	return s.changeTags(w, p, []string{p["tag"]}, nil)
}

func (s *Server) deleteTag(w http.ResponseWriter, _ *http.Request, p params) error {
	return s.changeTags(w, p, nil, []string{p["tag"]})
}

func (s *Server) addTags(w http.ResponseWriter, r *http.Request, p params) error {
	var tags []string
	if err := decodeBody(w, r, &tags); err != nil {
		return err
	}
	return s.changeTags(w, p, tags, nil)
}

func (s *Server) updateTags(w http.ResponseWriter, r *http.Request, p params) error {
	var body struct {
		Add    []string `json:"tagsToAdd"`
		Remove []string `json:"tagsToRemove"`
	}
	if err := decodeBody(w, r, &body); err != nil {
		return err
	}
	return s.changeTags(w, p, body.Add, body.Remove)
}

// changeTags answers with the tags after the change. Adding one twice and removing one that is not there are no errors.
func (s *Server) changeTags(w http.ResponseWriter, p params, add, remove []string) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	found, err = s.store.update(found.ID, func(r *run) error {
		r.untag(remove...)
		r.tag(add...)
		return nil
	})
	if err != nil {
		return err
	}
	return writeList(w, found.Tags)
}

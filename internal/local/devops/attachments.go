package devops

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// listAttachments answers GET build/builds/{id}/attachments/{type}: names, and addresses that hold the ids of timeline and record.
func (s *Server) listAttachments(w http.ResponseWriter, _ *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	kept, err := s.store.attachments(found.ID, p["type"])
	if err != nil {
		return err
	}
	answer := make([]map[string]any, 0, len(kept))
	for _, a := range kept {
		self := s.url("_apis/build/builds/%d/%s/%s/attachments/%s/%s", found.ID, found.PlanID, a.RecordID, url.PathEscape(a.Type), url.PathEscape(a.Name))
		answer = append(answer, map[string]any{"_links": links{"self": {self}}, "name": a.Name})
	}
	return writeList(w, answer)
}

// getAttachment answers the content of one attachment.
func (s *Server) getAttachment(w http.ResponseWriter, _ *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	kept, err := s.store.attachments(found.ID, p["type"])
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kept, func(a agent.Attachment) bool {
		return strings.EqualFold(p["timelineId"], found.PlanID) && strings.EqualFold(a.RecordID, p["recordId"]) && a.Name == p["name"]
	})
	if i < 0 {
		return errNotFound("AttachmentNotFoundException", "The attachment %s of build %d could not be found.", p["name"], found.ID)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(kept[i].Content) // the client is gone: there is nobody left to tell
	return nil
}

package devops

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// signatureLife is how long the address of an artifact's content works.
const signatureLife = time.Hour

// getTimeline answers GET build/builds/{id}/timeline, with changeId only the records changed since.
func (s *Server) getTimeline(w http.ResponseWriter, r *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	if id := p["timelineId"]; id != "" && !strings.EqualFold(id, found.PlanID) {
		return errNotFound("TimelineNotFoundException", "The timeline %s of build %d could not be found.", id, found.ID)
	}
	since, err := queryInt(r, "changeId", 0)
	if err != nil {
		return err
	}
	records, change, err := s.store.records(found.ID)
	if err != nil {
		return err
	}
	changed := []wireRecord{}
	for _, record := range records {
		if record.ChangeID > since {
			changed = append(changed, s.wireRecord(found.ID, record))
		}
	}
	return writeJSON(w, map[string]any{
		"records": changed, "lastChangedBy": s.identityID, "lastChangedOn": wireTime(found.Changed), "id": found.PlanID, "changeId": change,
		"url": s.url("_apis/build/builds/%d/Timeline/%s", found.ID, found.PlanID),
	})
}

func (s *Server) listLogs(w http.ResponseWriter, _ *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	logs, err := s.logs.list(found.ID)
	if err != nil {
		return err
	}
	answer := make([]map[string]any, 0, len(logs))
	for _, l := range logs {
		answer = append(answer, map[string]any{"lineCount": l.Lines, "createdOn": wireTime(l.Created), "lastChangedOn": wireTime(l.Changed),
			"id": l.ID, "type": "Container", "url": s.url("_apis/build/builds/%d/logs/%d", found.ID, l.ID)})
	}
	return writeList(w, answer)
}

// getLog answers GET build/builds/{id}/logs/{log}: lines from startLine to endLine, counted from 1, both included, as a JSON
// list or as text, whichever is accepted.
func (s *Server) getLog(w http.ResponseWriter, r *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(p["logId"])
	if err != nil {
		return errNotFound("BuildLogNotFoundException", "The log %s of build %d could not be found.", p["logId"], found.ID)
	}
	first, err := queryInt(r, "startLine", 1)
	if err != nil {
		return err
	}
	last, err := queryInt(r, "endLine", 0)
	if err != nil {
		return err
	}
	lines, err := s.logs.lines(found.ID, id, first, last)
	if errors.Is(err, fs.ErrNotExist) {
		return errNotFound("BuildLogNotFoundException", "The log %d of build %d could not be found.", id, found.ID)
	}
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/plain") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		for _, line := range lines {
			if _, err := io.WriteString(w, line+"\n"); err != nil {
				return nil //nolint:nilerr // the client is gone: there is nobody left to tell
			}
		}
		return nil
	}
	return writeList(w, lines)
}

// getArtifacts answers GET build/builds/{id}/artifacts: the list, one by artifactName, or its content when a zip is accepted.
func (s *Server) getArtifacts(w http.ResponseWriter, r *http.Request, p params) error {
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("artifactName")
	if name == "" {
		answer := make([]map[string]any, 0, len(found.Artifacts))
		for _, a := range found.Artifacts {
			answer = append(answer, s.wireArtifact(found, a))
		}
		return writeList(w, answer)
	}
	a, err := artifactOf(found, name)
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "application/zip") || strings.EqualFold(r.URL.Query().Get("$format"), "zip") {
		http.Redirect(w, r, s.signedURL(found.ID, a.Name), http.StatusFound) // to the artifact host, which here is this one
		return nil
	}
	return writeJSON(w, s.wireArtifact(found, a))
}

// getRunArtifact answers GET pipelines/{id}/runs/{run}/artifacts?artifactName=x, with $expand=signedContent the address of its content.
func (s *Server) getRunArtifact(w http.ResponseWriter, r *http.Request, p params) error {
	found, err := s.runOf(p)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	if query.Get("artifactName") == "" {
		return errMissingArgument("artifactName")
	}
	a, err := artifactOf(found, query.Get("artifactName"))
	if err != nil {
		return err
	}
	answer := map[string]any{"name": a.Name, "url": s.url("_apis/pipelines/%d/runs/%d/artifacts?artifactName=%s", found.Definition, found.ID, url.QueryEscape(a.Name))}
	if expand := query.Get("$expand"); strings.EqualFold(expand, "signedContent") || expand == "1" {
		answer["signedContent"] = map[string]string{"url": s.signedURL(found.ID, a.Name), "signatureExpires": wireTime(s.cfg.Now().Add(signatureLife))}
	}
	return writeJSON(w, answer)
}

func artifactOf(r run, name string) (artifact, error) {
	a, ok := r.artifact(name)
	if !ok {
		return artifact{}, errNotFound("ArtifactNotFoundException", "Artifact %s was not found for build %d.", name, r.ID)
	}
	return a, nil
}

// signedURL is an address of an artifact's content that needs no credentials until it expires.
func (s *Server) signedURL(runID int, name string) string {
	expires := strconv.FormatInt(s.cfg.Now().Add(signatureLife).Unix(), 10)
	return s.url("_apis/signedcontent/%d/%s?", runID, url.PathEscape(name)) +
		url.Values{"expires": {expires}, "urlSigningMethod": {"HMACV2"}, "urlSignature": {s.signature(runID, name, expires)}}.Encode()
}

func (s *Server) signature(runID int, name, expires string) string {
	mac := hmac.New(sha256.New, s.signingKey)
	fmt.Fprintf(mac, "%d\n%s\n%s", runID, strings.ToLower(name), expires) // a hash never fails to write
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) getSignedContent(w http.ResponseWriter, r *http.Request, p params) error {
	query := r.URL.Query()
	found, err := s.buildOf(p)
	if err != nil {
		return err
	}
	expires, err := strconv.ParseInt(query.Get("expires"), 10, 64)
	want := s.signature(found.ID, p["artifactName"], query.Get("expires"))
	if err != nil || !hmac.Equal([]byte(want), []byte(query.Get("urlSignature"))) || s.cfg.Now().Unix() > expires {
		return &apiError{http.StatusForbidden, "AccessDeniedException", vssSpace, "The signature of this address is wrong or has expired. Ask for the artifact again."}
	}
	a, err := artifactOf(found, p["artifactName"])
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	if err := zipArtifact(w, a.Name, os.DirFS(s.artifactDir(found.ID, a.ID))); err != nil {
		// Part of the answer is out: cutting the connection is the only way left to say that it is not whole.
		s.log.Error("Artifact could not be sent", "run", found.ID, "artifact", a.Name, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func queryInt(r *http.Request, name string, absent int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, errInvalidArgument("%s: %q is not a number.", name, text)
	}
	return n, nil
}

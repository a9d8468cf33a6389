package devops

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/pipelines"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// ReportArtifact is the name of the pipeline artifact that holds what a run says of its end: one JSON file.
const ReportArtifact = "result"

// maxArtifact and maxReport bound what is fetched and what is unpacked of it: a report holds outputs, not files.
const (
	maxArtifact = 8 << 20
	maxReport   = 4 << 20
)

// Report fetches the JSON file of the artifact ReportArtifact. It returns NotFound when the run published none.
func (p *Pipelines) Report(ctx context.Context, run string) ([]byte, error) {
	id, err := runID(run)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	name := ReportArtifact
	found, err := p.runs.GetArtifact(ctx, pipelines.GetArtifactArgs{
		Project: &p.project, PipelineId: &p.pipeline, RunId: &id, ArtifactName: &name, Expand: &pipelines.GetArtifactExpandOptionsValues.SignedContent,
	})
	if err != nil {
		return nil, failure("find report of run "+run, err)
	}
	if found.SignedContent == nil || value(found.SignedContent.Url) == "" {
		return nil, failure("find report of run "+run, errors.New("the answer has no address of the content"))
	}
	content, err := p.download(ctx, *found.SignedContent.Url)
	if err != nil {
		return nil, failure("fetch report of run "+run, err)
	}
	report, err := unpack(content)
	if err != nil {
		return nil, platform.Errorf(platform.NotFound, "The run published a report that cannot be read: %v", err)
	}
	return report, nil
}

// download fetches a signed address. It carries its own credentials, so ours are not sent.
func (p *Pipelines) download(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := p.content.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the artifact's content was answered with %s", resp.Status)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxArtifact+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxArtifact {
		return nil, fmt.Errorf("the artifact is larger than %d bytes", maxArtifact)
	}
	return content, nil
}

// unpack takes the one JSON file out of an artifact's zip; whether it stands in a folder depends on how it was published.
func unpack(content []byte) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		file, err := f.Open()
		if err != nil {
			return nil, err
		}
		report, err := io.ReadAll(io.LimitReader(file, maxReport+1))
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		if len(report) > maxReport {
			return nil, fmt.Errorf("it is larger than %d bytes", maxReport)
		}
		return report, nil
	}
	return nil, errors.New("it has no JSON file")
}

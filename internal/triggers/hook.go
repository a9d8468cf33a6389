package triggers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxHook is what a queue of the standard tier takes, which bounds what can come.
const maxHook = 256 << 10

// The events that a subscription may be for.
const (
	buildCompleted = "build.complete"
	runChanged     = "ms.vss-pipelines.run-state-changed-event"
	stageChanged   = "ms.vss-pipelines.stage-state-changed-event"
	jobChanged     = "ms.vss-pipelines.job-state-changed-event"
)

// runNumber is the number that infra/pipelines/deploy.yml gives a run.
var runNumber = regexp.MustCompile(`^op-([0-9A-Za-z-]{26,36})\.[0-9]{1,9}$`)

// wireHook is what is read of an event: which run it is about, and nothing of what it says of it. The number of a build and the
// name of a run are the same thing.
type wireHook struct {
	EventType string `json:"eventType"`
	Resource  struct {
		ID                 int64          `json:"id"` // with build.complete the resource is the build itself
		BuildNumber        string         `json:"buildNumber"`
		TemplateParameters wireParameters `json:"templateParameters"`
		Run                struct {
			ID                 int64          `json:"id"`
			Name               string         `json:"name"`
			State              string         `json:"state"`
			TemplateParameters wireParameters `json:"templateParameters"`
		} `json:"run"`
	} `json:"resource"`
}

type wireParameters struct {
	OperationID string `json:"operationId"`
}

// hooks hands on what a message hints at. One that cannot be read is settled, as one that is none of ours is.
func hooks(work Work, log *slog.Logger) func(context.Context, []byte) error {
	return func(ctx context.Context, envelope []byte) error {
		m, err := messageOf(envelope)
		text := []byte(m.text)
		if err == nil && len(text) > maxHook {
			err = fmt.Errorf("it has %d bytes", len(text))
		}
		var hook platform.Hook
		if err == nil {
			hook, err = hookOf(text)
		}
		if err != nil {
			log.Info("hook passed over", "error", err)
			return nil
		}
		return work.ReceiveHook(ctx, hook)
	}
}

// hookOf reads an event. What it does not know of it, it passes over: Azure DevOps adds members as it likes.
func hookOf(text []byte) (platform.Hook, error) {
	var event wireHook
	if json.Unmarshal(text, &event) != nil { // whose error may repeat what it choked on, at any length
		return platform.Hook{}, errors.New("it is no event of Azure DevOps")
	}
	of := event.Resource.Run
	id, number, operation := of.ID, of.Name, of.TemplateParameters.OperationID
	ended := event.EventType == runChanged && of.State == "completed"
	switch event.EventType {
	case runChanged, stageChanged, jobChanged:
	case buildCompleted:
		id, number, operation, ended = event.Resource.ID, event.Resource.BuildNumber, event.Resource.TemplateParameters.OperationID, true
	default:
		return platform.Hook{}, errors.New("its type is not one that is subscribed to")
	}
	if match := runNumber.FindStringSubmatch(number); operation == "" && match != nil {
		operation = match[1]
	}
	if !platform.ValidOperationID(operation) {
		return platform.Hook{}, errors.New("its run was not started for an operation")
	}
	hook := platform.Hook{Operation: operation, Ended: ended}
	if run := strconv.FormatInt(id, 10); id > 0 && platform.ValidRun(run) {
		hook.Run = run
	}
	return hook, nil
}

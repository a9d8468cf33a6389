package devops

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

const (
	// maxWaitingHooks is how many events wait for the subscriber; what is above is lost, as it is where a subscription is disabled.
	maxWaitingHooks = 1024
	// hookTimeout bounds one delivery.
	hookTimeout = 10 * time.Second
	// hookTries is how often one event is delivered, with pauses that double from firstHookPause.
	hookTries      = 4
	firstHookPause = time.Second
)

// The events that the stand-in's subscriptions are for, and who publishes them.
const (
	eventBuildCompleted = "build.complete"
	eventRunChanged     = "ms.vss-pipelines.run-state-changed-event"
	eventStageChanged   = "ms.vss-pipelines.stage-state-changed-event"
	eventJobChanged     = "ms.vss-pipelines.job-state-changed-event"
)

// hookEvent is the envelope of every event.
type hookEvent struct {
	SubscriptionID     string         `json:"subscriptionId"`
	NotificationID     int            `json:"notificationId"`
	ID                 string         `json:"id"`
	EventType          string         `json:"eventType"`
	PublisherID        string         `json:"publisherId"`
	Message            hookText       `json:"message"`
	DetailedMessage    hookText       `json:"detailedMessage"`
	Resource           any            `json:"resource"`
	ResourceVersion    string         `json:"resourceVersion"`
	ResourceContainers map[string]any `json:"resourceContainers"`
	CreatedDate        string         `json:"createdDate"`
}

type hookText struct {
	Text     string `json:"text"`
	HTML     string `json:"html"`
	Markdown string `json:"markdown"`
}

// hooks sends events to Config.Hook in the order in which they happen, one after the other. An event may be lost: when too many
// wait, when the subscriber stays away, or with the process.
type hooks struct {
	server *Server
	events chan hookEvent
	ctx    context.Context
	end    context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	started bool
	count   int // of notifications
}

func newHooks(s *Server) *hooks {
	ctx, end := context.WithCancel(context.Background())
	return &hooks{server: s, events: make(chan hookEvent, maxWaitingHooks), ctx: ctx, end: end, done: make(chan struct{})}
}

func (h *hooks) start() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.started || h.server.cfg.Hook == nil {
		return
	}
	h.started = true
	go h.deliver()
}

// stop ends the deliveries; what waits is lost.
func (h *hooks) stop() {
	h.end()
	h.mu.Lock()
	started := h.started
	h.mu.Unlock()
	if started {
		<-h.done
	}
}

// emit never blocks: an event is not worth a run that waits.
func (h *hooks) emit(eventType, publisher, version, text string, resource any) {
	if h.server.cfg.Hook == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock() // so that their numbers rise in the order in which they wait
	h.count++
	said := hookText{text, text, text}
	collection := map[string]string{"id": h.server.identityID, "baseUrl": h.server.cfg.OrganizationURL + "/"}
	event := hookEvent{
		SubscriptionID: nameBased("subscription/" + eventType), NotificationID: h.count, ID: uuid.NewString(), EventType: eventType, PublisherID: publisher,
		Message: said, DetailedMessage: said, Resource: resource, ResourceVersion: version,
		ResourceContainers: map[string]any{"collection": collection, "account": collection, "project": map[string]string{"id": h.server.projectID, "baseUrl": h.server.cfg.OrganizationURL + "/"}},
		CreatedDate:        wireTime(h.server.cfg.Now()),
	}
	select {
	case h.events <- event:
	default:
		h.server.log.Warn("Event of a service hook is lost: too many wait", "event", eventType)
	}
}

func (h *hooks) deliver() {
	defer close(h.done)
	for {
		select {
		case <-h.ctx.Done():
			return
		case event := <-h.events:
			h.send(event)
		}
	}
}

// send delivers one event, again if the subscriber did not take it.
func (h *hooks) send(event hookEvent) {
	body, err := json.Marshal(event)
	if err != nil { // texts and numbers; cannot happen
		h.server.log.Error("Event of a service hook cannot be written", "event", event.EventType, "error", err)
		return
	}
	for try, pause := 1, firstHookPause; ; try, pause = try+1, 2*pause {
		ctx, cancel := context.WithTimeout(h.ctx, hookTimeout)
		err := h.server.cfg.Hook(ctx, body)
		cancel()
		if err == nil || h.ctx.Err() != nil {
			return
		}
		h.server.log.Warn("Event of a service hook was not taken", "event", event.EventType, "try", try, "error", err)
		if try == hookTries {
			return
		}
		timer := time.NewTimer(pause)
		select {
		case <-h.ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// runChanged tells of a run that started, was asked to stop, or ended; of its end a build tells as well.
func (h *hooks) runChanged(r run) {
	state := runState(r.Status)
	said := state
	if r.Result != "" {
		said = runResult(r.Result)
	}
	h.emit(eventRunChanged, "pipelines", "5.1-preview.1", fmt.Sprintf("Run %s %s.", r.Number, said), map[string]any{"run": h.run(r), "pipeline": h.server.wirePipeline(r.Definition)})
	if r.Status == completed {
		built := h.server.wireBuild(r)
		built.Links = links{"self": built.Links["self"], "web": {h.page(r)}}
		h.emit(eventBuildCompleted, "tfs", "2.0", fmt.Sprintf("Build %s %s", r.Number, r.Result), built)
	}
}

// recordChanged tells of a stage or a job that started or ended.
func (h *hooks) recordChanged(r run, stage, record agent.Record) {
	if record.State == agent.Pending {
		return
	}
	resource := map[string]any{"stage": h.part(r, stage), "run": h.run(r), "pipeline": h.server.wirePipeline(r.Definition),
		"repositories": []any{map[string]any{"type": "Git", "change": map[string]any{"author": struct{}{}, "committer": struct{}{}, "message": ""}, "url": h.server.repositoryURL()}}}
	eventType, kind := eventStageChanged, "stage"
	if record.Type == agent.TypeJob {
		eventType, kind = eventJobChanged, "job"
		resource["job"] = h.part(r, record)
	}
	said := "running"
	if record.State == agent.Completed {
		said = string(record.Result)
	}
	h.emit(eventType, "pipelines", "5.1-preview.1", fmt.Sprintf("Run %s %s %s %s.", r.Number, kind, record.Name, said), resource)
}

// run is a run as events tell it: without its parameters.
func (h *hooks) run(r run) map[string]any {
	wire := h.server.wireRun(r)
	out := map[string]any{
		"_links": links{"self": wire.Links["self"], "web": {h.page(r)}, "pipeline.web": wire.Links["pipeline.web"], "pipeline": wire.Links["pipeline"]}, "pipeline": wire.Pipeline,
		"state": wire.State, "createdDate": wire.CreatedDate, "url": wire.URL, "id": wire.ID, "name": wire.Name,
	}
	if r.Status == completed {
		out["result"], out["finishedDate"] = wire.Result, wire.FinishedDate
	}
	return out
}

// page is the page for people without the key that opens it: an event goes further than the answer to a question.
func (h *hooks) page(r run) string { return h.server.url("_build/results?buildId=%d", r.ID) }

func (h *hooks) part(r run, record agent.Record) map[string]any {
	name := record.Identifier
	if record.Type == agent.TypeJob {
		name = strings.TrimSuffix(name[strings.IndexByte(name, '.')+1:], ".__default")
	}
	state := map[agent.State]string{agent.Pending: "notStarted", agent.InProgress: "running", agent.Completed: "completed"}[record.State]
	return map[string]any{"_links": links{"web": {h.page(r)}}, "id": record.ID, "name": name, "displayName": nonEmpty(record.Name), "state": state,
		"result": nonEmpty(string(record.Result)), "startTime": optionalTime(record.Start), "finishTime": optionalTime(record.Finish)}
}

package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// own is an environment that no other story of its world has.
func (w *world) own(environment string) string {
	return fmt.Sprintf("own-%d-%s", len(w.tasks), environment)
}

// twoStory takes two who agree. One of them holds the role there alone, and may lose it before the others have spoken: then what he said
// counts no more.
func twoStory(w *world, environment string) {
	name := w.own(environment)
	w.client("requester of two", func(c *client) {
		voter := platform.Caller{ID: "voter-" + name}
		given := c.appoint(voter, name)
		c.decided(c.put(name, "vital", things(1, 2)), func(c *client, id string) {
			if given != "" {
				c.sayAs(voter, id, true)
				if w.chance(50) || w.settings.calm {
					c.dismiss(given, voter, id)
				}
			}
			for _, who := range []platform.Caller{second, approver} {
				c.sleep(w.between(0, 5*time.Second))
				if c.stored(id).Stage == platform.AwaitingApproval {
					c.sayAs(who, id, true)
				}
			}
		})
	})
}

// appoint gives somebody the role to approve in an environment; empty when nobody answered that.
func (c *client) appoint(who platform.Caller, environment string) (assignment string) {
	spec := platform.AssignmentSpec{Scope: platform.Scope{Project: project, Environment: environment}, Principal: platform.Principal{Kind: platform.UserPrincipal, ID: who.ID}, Role: platform.Approver}
	_, err := c.ask("appoint "+who.ID, func(ctx context.Context, s *platform.Service) error {
		given, _, err := s.CreateAssignment(ctx, admin, spec)
		assignment = given.ID
		return err
	})
	if err != nil {
		return ""
	}
	return assignment
}

// dismiss takes it away again. Where that is certain, his word must not count any more.
func (c *client) dismiss(assignment string, who platform.Caller, operation string) {
	waits := c.stored(operation).Stage == platform.AwaitingApproval
	_, err := c.ask("dismiss "+who.ID, func(ctx context.Context, s *platform.Service) error {
		return s.DeleteAssignment(ctx, admin, assignment)
	})
	if err == nil && waits && c.stored(operation).Gate == platform.GateClosed {
		c.world.ledger.barred[operation] = append(c.world.ledger.barred[operation], who.ID)
	}
}

// againStory has somebody's request tried again by a colleague. Neither of them can approve it, though both hold the role.
func againStory(w *world, environment string) {
	name := w.own(environment)
	w.client("requester, once", func(c *client) {
		first := c.put(name, "prod", things(1, 2))
		if first == "" {
			return
		}
		if c.waits(first) {
			c.cancel(first)
		}
		if c.stored(first).Stage == platform.AwaitingApproval { // nobody answered who canceled
			c.overnight()
		}
		if c.ended(first).Status == platform.Succeeded {
			return
		}
		c.free(name)
		c.who = colleague
		c.decided(c.retry(name, first), func(c *client, id string) {
			w.ledger.barred[id] = []string{developer.ID, colleague.ID}
			for _, who := range []platform.Caller{developer, colleague} {
				if c.sayAs(who, id, true) {
					w.fail("%s approved operation %s, which he asked for", who.ID, id)
				}
			}
			c.sayAs(approver, id, true)
		})
	})
}

func (c *client) retry(environment, operation string) string {
	id := c.world.newID()
	return c.accept("retry", environment, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
		return s.RetryOperation(ctx, c.who, operation, id)
	})
}

// retryStory cancels, at any time, and tries again until it is there.
func retryStory(w *world, environment string) {
	name := w.own(environment)
	w.client("persistent", func(c *client) {
		id := c.put(name, "dev", things(1, 2, 3))
		if id == "" {
			return
		}
		c.sleep(w.between(0, 20*time.Second))
		c.cancel(id)
		for range 3 {
			if c.ended(id).Status == platform.Succeeded {
				return
			}
			c.free(name)
			if again := c.retry(name, id); again != "" {
				id = again
			}
		}
		c.ended(id)
	})
}

// movedStory changes a value while a plan that uses it waits. Whoever approves is told that it is out of date.
func movedStory(w *world, environment string) {
	name := w.own(environment)
	w.client("mover", func(c *client) {
		const drafts = 8 // each is a write that must be told from somebody else's when its answer is lost
		for n := range int64(drafts) {
			request := ""
			if n%4 == 0 {
				request = w.newID()
			}
			if !c.label(name, fmt.Sprint("draft ", n), n, request) {
				return
			}
		}
		labelled := things(1)
		labelled.Resources["thing-0"].Inputs["label"] = "${values.LABEL}"
		c.decided(c.put(name, "prod", labelled), func(c *client, id string) {
			if c.label(name, "another", drafts, "") && c.stored(id).Stage == platform.AwaitingApproval {
				w.ledger.moved[id] = true
			}
			c.say(id, true)
		})
	})
}

// label sets a value on the ground of a version, and nobody else does. So nobody is told that the version is another one: who gave his request
// an id never, however often he had to ask; who gave none as long as he was always answered. It reports whether it was done.
func (c *client) label(environment, text string, after int64, request string) bool {
	raw, err := json.Marshal(text)
	if err != nil {
		c.world.fail("encode %q: %v", text, err)
	}
	change := platform.ValueChanges{Set: map[string]platform.NewValue{"LABEL": {JSON: raw}}, Request: request}
	pre := platform.Preconditions{Revision: &after}
	if after == 0 {
		pre = platform.Preconditions{MustNotExist: true}
	}
	unsure, err := c.ask("label "+environment, func(ctx context.Context, s *platform.Service) error {
		_, err := s.ChangeValues(ctx, c.who, platform.ValueScope{Project: project, Environment: environment}, change, pre)
		return err
	})
	if code := platform.CodeOf(err); (code == platform.PreconditionFailed || code == platform.NameTaken) && (request != "" || !unsure) {
		c.world.fail("the values of %s were changed by nobody else, and changing them was refused: %v", environment, err)
	}
	return err == nil
}

// newer is the next version of the definition that things are built by.
var newer = sync.OnceValues(func() (platform.CatalogItem, error) {
	text, err := fs.ReadFile(shipped, "modules/local/thing/main.tf")
	if err != nil {
		return platform.CatalogItem{}, err
	}
	return compiler{}.Item(json.RawMessage(`{"apiVersion":"lazuli/v1","kind":"ResourceDefinition","metadata":{"name":"thing-local"},
		"spec":{"type":"thing","version":"2","engine":"terraform","module":"modules/local/thing","match":[{}],"price":[]}}`), map[string]string{"main.tf": string(text)})
})

// newerStory publishes another version of what a plan that waits would build with.
func newerStory(w *world, environment string) {
	name := w.own(environment)
	w.client("publisher", func(c *client) {
		c.decided(c.put(name, "prod", things(1)), func(c *client, id string) {
			item, err := newer()
			if err != nil {
				w.fail("the next version: %v", err)
				return
			}
			dep, err := w.store.Deployment(background(), project, name, c.stored(id).Deployment)
			planned := err == nil && slices.ContainsFunc(dep.Definitions, func(p platform.PinnedDefinition) bool { return p.Version == "1" })
			_, err = c.ask("publish", func(ctx context.Context, s *platform.Service) error {
				_, err := s.PublishCatalog(ctx, admin, platform.Publication{Items: []platform.CatalogItem{item}, Commit: "c0ffee"})
				return err
			})
			if err == nil && planned && c.stored(id).Stage == platform.AwaitingApproval {
				w.ledger.moved[id] = true
			}
			c.say(id, true)
		})
	})
}

// powerStory puts an environment to sleep and wakes it.
func powerStory(w *world, environment string) {
	name := w.own(environment)
	w.client("sleeper", func(c *client) {
		if c.ended(c.put(name, "dev", things(1, 2))).Status != platform.Succeeded {
			return
		}
		for _, change := range []func(*platform.Service, context.Context, string) (platform.Accepted, error){
			func(s *platform.Service, ctx context.Context, id string) (platform.Accepted, error) {
				return s.HibernateEnvironment(ctx, c.who, project, name, id)
			},
			func(s *platform.Service, ctx context.Context, id string) (platform.Accepted, error) {
				return s.WakeEnvironment(ctx, c.who, project, name, id)
			},
		} {
			c.free(name)
			id := w.newID()
			c.ended(c.accept("switch", name, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) { return change(s, ctx, id) }))
		}
	})
}

package simulation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// stories are what people do. Each is told of one environment, which may be another story's too.
var stories = map[string]func(w *world, environment string){
	"deploy":   deployStory,
	"update":   updateStory,
	"plan":     planStory,
	"cancel":   cancelStory,
	"delete":   deleteStory,
	"duel":     duelStory,
	"twins":    twinsStory,
	"onboard":  onboardStory,
	"rollback": rollbackStory,
	"approve":  approveStory,
	"reject":   rejectStory,
	"expire":   expireStory,
	"two":      twoStory,
	"again":    againStory,
	"retry":    retryStory,
	"moved":    movedStory,
	"newer":    newerStory,
	"putback":  putBackStory,
	"adopt":    adoptStory,
	"power":    powerStory,
}

// Stories lists them by name.
func Stories() []string { return slices.Sorted(maps.Keys(stories)) }

func deployStory(w *world, environment string) {
	w.client("deployer", func(c *client) { c.ended(c.put(environment, "dev", things(1, 2))) })
}

func updateStory(w *world, environment string) {
	w.client("updater", func(c *client) {
		c.ended(c.put(environment, "dev", things(1, 2)))
		c.free(environment)
		c.ended(c.put(environment, "dev", things(3)))
	})
}

func planStory(w *world, environment string) {
	w.client("planner", func(c *client) {
		c.ended(c.put(environment, "dev", things(1)))
		c.free(environment)
		c.ended(c.deploy(environment, platform.ModePlan, platform.EnvironmentSpec{Manifest: things(5, 6)}))
	})
}

// cancelStory cancels at any time of an operation's life, now and then twice.
func cancelStory(w *world, environment string) {
	w.client("canceler", func(c *client) {
		id := c.put(environment, "dev", things(1, 2, 3))
		if id == "" {
			return
		}
		for range 1 + w.rng.IntN(2) {
			c.sleep(w.between(0, 25*time.Second))
			c.cancel(id)
		}
		c.ended(id)
	})
}

// deleteStory deletes, again when something was left, and makes the environment anew.
func deleteStory(w *world, environment string) {
	w.client("remover", func(c *client) {
		c.ended(c.put(environment, "dev", things(1, 2)))
		for range 2 {
			c.free(environment)
			if c.ended(c.remove(environment)).Status == platform.Succeeded {
				break
			}
		}
		if w.chance(50) {
			c.free(environment)
			c.ended(c.put(environment, "dev", things(4)))
		}
	})
}

// duelStory has two people who want different things of one environment at once.
func duelStory(w *world, environment string) {
	for i := range 2 {
		w.client(fmt.Sprint("duelist ", i+1), func(c *client) {
			for range 3 {
				c.sleep(w.between(0, 2*time.Second))
				if id := c.put(environment, "dev", things(i+1, i+7)); id != "" {
					c.ended(id)
					return
				}
				c.free(environment)
			}
		})
	}
}

// twinsStory sends the same request, with one id, twice at once.
func twinsStory(w *world, environment string) {
	id := w.newID()
	for i := range 2 {
		w.client(fmt.Sprint("twin ", i+1), func(c *client) {
			c.ended(c.accept("put", environment, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
				return s.PutEnvironment(ctx, c.who, project, environment, platform.EnvironmentSpec{Type: "dev", Manifest: things(8)}, platform.Preconditions{}, id)
			}))
		})
	}
}

// onboardStory makes a project with three environments in one request, under a name that nobody else wants.
func onboardStory(w *world, environment string) {
	name := fmt.Sprintf("orders-%d-%s", len(w.tasks), environment)
	w.client("onboarder", func(c *client) {
		c.who = admin
		spec := platform.ProjectSpec{Title: "Orders", Team: "crew", Members: []platform.Member{{ID: "developer", Role: platform.TeamOwner}}}
		for _, e := range []string{"one", "two", "three"} {
			spec.Environments = append(spec.Environments, platform.OnboardedEnvironment{Name: e, EnvironmentSpec: platform.EnvironmentSpec{Type: "dev", Manifest: things(1)}})
		}
		var done platform.Onboarding
		unsure, err := c.ask("onboard "+name, func(ctx context.Context, s *platform.Service) (err error) {
			done, err = s.PutProject(ctx, c.who, name, spec, platform.Preconditions{MustNotExist: true})
			return err
		})
		if err != nil {
			w.note("onboarding refused", err.Error())
			if platform.CodeOf(err) == platform.NameTaken && !unsure {
				w.fail("the name %s was refused as taken, and nobody else has asked for it", name)
			}
		}
		for _, op := range done.Operations {
			w.promise(op, request{op.Environment, platform.ModeDeploy, c.who.ID})
		}
		// Everything is there, or nothing is.
		envs, _, listErr := w.store.Environments(background(), name, platform.Page{})
		_, stored := w.store.Project(background(), name)
		if listErr != nil || (stored == nil) != (len(envs) == 3) || len(envs)%3 != 0 || err == nil && stored != nil {
			w.fail("onboarding %s was answered %v, and left the project (%v) with %d environments", name, err, stored, len(envs))
		}
		for _, env := range envs {
			if id := env.ActiveOperation; id != "" {
				c.ended(id)
			}
		}
	})
}

// rollbackStory goes back to the first of two deployments.
func rollbackStory(w *world, environment string) {
	w.client("returner", func(c *client) {
		first := c.ended(c.put(environment, "dev", things(1, 2)))
		c.free(environment)
		c.ended(c.put(environment, "dev", things(9)))
		c.free(environment)
		if first.Deployment != "" {
			c.ended(c.deploy(environment, platform.ModeDeploy, platform.EnvironmentSpec{From: &platform.Source{Deployment: first.Deployment}}))
		}
	})
}

// guarded deploys to a place where somebody has to agree, and goes on with what he says of the plan.
func guarded(w *world, environment string, decide func(c *client, id string)) {
	name := "prod-" + environment
	w.client("requester", func(c *client) { c.decided(c.put(name, "prod", things(1, 2)), decide) })
}

// decided waits until a plan waits, has it decided on, and waits for the end.
func (c *client) decided(id string, decide func(c *client, id string)) {
	if id == "" {
		return
	}
	if c.waits(id) {
		decide(c, id)
	}
	if c.stored(id).Stage == platform.AwaitingApproval { // nobody answered who decided
		c.overnight()
	}
	c.ended(id)
}

// waits is true when the plan of an operation waits for people, and false when it has ended before it did.
func (c *client) waits(id string) bool {
	c.until(longest, time.Second, func() bool { return c.stored(id).Status.Final() || c.stored(id).Stage == platform.AwaitingApproval })
	return !c.stored(id).Status.Final()
}

func (c *client) say(id string, approve bool) { c.sayAs(approver, id, approve) }

// sayAs has somebody decide on the plan that waits; it reports whether he was heard.
func (c *client) sayAs(who platform.Caller, id string, approve bool) bool {
	plan := c.stored(id).Plan
	_, err := c.ask("decide on "+id, func(ctx context.Context, s *platform.Service) (err error) {
		if approve {
			_, err = s.ApproveOperation(ctx, who, id, platform.ApprovalRequest{Plan: plan})
		} else {
			_, err = s.RejectOperation(ctx, who, id, platform.ApprovalRequest{Plan: plan, Comment: "no"})
		}
		return err
	})
	if err != nil {
		c.world.note("decision refused", err.Error())
	}
	return err == nil
}

// overnight is how a plan is left alone that nobody ever decided on.
func (c *client) overnight() {
	c.world.nights++
	c.sleep(25 * time.Hour)
	c.world.nights--
	c.world.touch()
}

// approveStory agrees; now and then the request is canceled after that.
func approveStory(w *world, environment string) {
	guarded(w, environment, func(c *client, id string) {
		c.sleep(w.between(0, 10*time.Second))
		c.say(id, true)
		if w.chance(20) {
			c.sleep(w.between(0, 10*time.Second))
			c.cancel(id)
		}
	})
}

func rejectStory(w *world, environment string) {
	guarded(w, environment, func(c *client, id string) { c.say(id, false) })
}

func expireStory(w *world, environment string) {
	guarded(w, environment, func(c *client, id string) {
		c.overnight()
		if w.chance(30) {
			c.say(id, true) // too late
		}
	})
}

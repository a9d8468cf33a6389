package simulation

import (
	"context"
	"maps"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// meddledWith has an environment made, one of its things changed by hand, and looked for; it is false when that did not come to be.
func (c *client) meddledWith(environment string) bool {
	if c.ended(c.put(environment, "dev", things(1, 2))).Status != platform.Succeeded {
		return false
	}
	c.free(environment)
	c.world.ledger.meddle(project+"/"+environment, "thing-0", "thing of size 7")
	return c.look(environment) == platform.DriftFound
}

// look looks for drift, and says what is known then. A look that ended well has seen what there is.
func (c *client) look(environment string) platform.DriftStatus {
	id := c.world.newID()
	id = c.accept("look at", environment, platform.ModeDrift, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
		op, err := s.CheckDrift(ctx, c.who, project, environment, id)
		return platform.Accepted{Operation: &op}, err
	})
	looked := c.ended(id)
	c.free(environment)
	var report platform.DriftReport
	_, err := c.ask("read drift of "+environment, func(ctx context.Context, s *platform.Service) (err error) {
		report, err = s.GetDriftReport(ctx, c.who, project, environment)
		return err
	})
	if err != nil || looked.Status != platform.Succeeded {
		return platform.DriftUnknown
	}
	if wanted, real := c.wanted(environment), c.world.ledger.things(project+"/"+environment); maps.Equal(wanted, real) != (report.Status == platform.DriftNone) {
		c.world.fail("the drift of %s is %s; it is to be %v, and is %v", environment, report.Status, wanted, real)
	}
	return report.Status
}

// wanted is what an environment was deployed as.
func (c *client) wanted(environment string) map[string]string {
	env, err := c.world.store.Environment(background(), project, environment)
	if err == nil {
		var dep platform.Deployment
		if dep, err = c.world.store.Deployment(background(), project, environment, env.Deployment); err == nil {
			return wantedBy(dep)
		}
	}
	c.world.fail("what %s was deployed as cannot be read: %v", environment, err)
	return nil
}

// putBackStory has what somebody changed by hand put back.
func putBackStory(w *world, environment string) {
	name := w.own(environment)
	w.client("keeper", func(c *client) {
		if !c.meddledWith(name) {
			return
		}
		id := w.newID()
		c.ended(c.accept("put back", name, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
			op, err := s.PutBackDrift(ctx, c.who, project, name, id)
			return platform.Accepted{Operation: &op}, err
		}))
		c.free(name)
		c.look(name)
	})
}

// adoptStory makes it what is wanted. Then it is as it was found, and is wanted so.
func adoptStory(w *world, environment string) {
	name := w.own(environment)
	w.client("adopter", func(c *client) {
		if !c.meddledWith(name) {
			return
		}
		id := w.newID()
		op := c.ended(c.accept("adopt", name, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
			done, err := s.AdoptDrift(ctx, c.who, project, name, false, id)
			return platform.Accepted{Operation: &done.Operation}, err
		}))
		c.free(name)
		if found := w.ledger.things(project + "/" + name)["thing-0"]; op.Status == platform.Succeeded && !strings.HasSuffix(found, "size 7") {
			w.fail("what was adopted in %s is a %s", name, found)
		}
		c.look(name)
	})
}

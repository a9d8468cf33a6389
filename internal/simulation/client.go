package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// client is a person or program that asks for things, again when the answer is lost, and remembers what it was promised.
type client struct {
	*task
	who platform.Caller
}

// client begins somebody's story.
func (w *world) client(name string, story func(*client)) {
	w.clients++
	w.spawn(name, nil, func(t *task) {
		story(&client{task: t, who: developer})
		w.clients--
	})
}

// tries is how often a client asks before it gives up.
const tries = 8

// ask makes a request until its answer says what became of it. unsure is true when an earlier try may have had an effect.
func (c *client) ask(what string, do func(context.Context, *platform.Service) error) (unsure bool, err error) {
	for range tries {
		err = c.request(what, do)
		c.world.touch()
		if err == nil || errors.Is(err, context.Canceled) || !ambiguous(err) {
			return unsure, err
		}
		unsure = true
		c.sleep(c.world.between(time.Second, 20*time.Second))
	}
	return unsure, err
}

// accept asks for a change, and notes what was promised. It returns the id of the operation; empty when it was refused, when
// there was nothing to do, or when nobody ever answered.
func (c *client) accept(what, environment string, mode platform.Mode, do func(context.Context, *platform.Service) (platform.Accepted, error)) string {
	var done platform.Accepted
	_, err := c.ask(what+" "+environment, func(ctx context.Context, s *platform.Service) (err error) {
		done, err = do(ctx, s)
		return err
	})
	switch {
	case err == nil && done.Operation != nil:
		c.world.promise(*done.Operation, request{environment, mode, c.who.ID})
		return done.Operation.ID
	case err != nil:
		c.world.note("refused: "+what, err.Error())
	}
	return ""
}

// promise notes that somebody was told of an operation: it must be stored by then, and stay.
func (w *world) promise(op platform.Operation, r request) {
	w.note("accepted", op.ID)
	w.ledger.accepted[op.ID] = r
	stored, err := w.store.Operation(background(), op.ID)
	if err != nil || stored.Environment != r.environment || stored.Mode != r.mode {
		w.fail("operation %s was promised for %s, and what is stored is %s %s: %v", op.ID, r.environment, stored.Mode, stored.Environment, err)
	}
}

// things is a manifest of things by size.
func things(sizes ...int) *platform.Manifest {
	m := &platform.Manifest{Resources: map[string]platform.Resource{}}
	for i, size := range sizes {
		m.Resources[fmt.Sprint("thing-", i)] = platform.Resource{Type: "thing", Inputs: map[string]any{"size": json.Number(fmt.Sprint(size))}}
	}
	return m
}

// put creates an environment or changes it.
func (c *client) put(environment, kind string, m *platform.Manifest) string {
	id := c.world.newID()
	return c.accept("put", environment, platform.ModeDeploy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
		return s.PutEnvironment(ctx, c.who, project, environment, platform.EnvironmentSpec{Type: kind, Manifest: m}, platform.Preconditions{}, id)
	})
}

func (c *client) deploy(environment string, mode platform.Mode, spec platform.EnvironmentSpec) string {
	id := c.world.newID()
	return c.accept("deploy", environment, mode, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
		return s.CreateDeployment(ctx, c.who, project, environment, platform.DeploymentSpec{Mode: mode, EnvironmentSpec: spec}, id)
	})
}

func (c *client) remove(environment string) string {
	id := c.world.newID()
	return c.accept("delete", environment, platform.ModeDestroy, func(ctx context.Context, s *platform.Service) (platform.Accepted, error) {
		return s.DeleteEnvironment(ctx, c.who, project, environment, platform.Preconditions{}, id)
	})
}

func (c *client) cancel(operation string) {
	_, err := c.ask("cancel "+operation, func(ctx context.Context, s *platform.Service) error {
		_, err := s.CancelOperation(ctx, c.who, operation)
		return err
	})
	if err != nil {
		c.world.note("cancel refused", err.Error())
	}
}

// stored is an operation as it is, without asking anybody.
func (c *client) stored(operation string) platform.Operation {
	op, err := c.world.store.Operation(background(), operation)
	if err != nil {
		c.world.fail("operation %s cannot be read: %v", operation, err)
	}
	return op
}

// longest is more than any operation lasts that is not waited for.
const longest = 6 * time.Hour

// ended waits for the end of an operation.
func (c *client) ended(operation string) platform.Operation {
	if operation == "" {
		return platform.Operation{}
	}
	c.until(longest, 3*time.Second, func() bool { return c.stored(operation).Status.Final() })
	return c.stored(operation)
}

// free waits until nothing changes an environment.
func (c *client) free(environment string) {
	c.until(longest, 3*time.Second, func() bool {
		env, err := c.world.store.Environment(background(), project, environment)
		return err != nil || env.ActiveOperation == ""
	})
}

package tablestore

import (
	"context"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxKey is the service's limit. A longer key, and an empty partition, can come from what somebody typed; nothing is there.
const maxKey = 512

// get reads one row; nil when it does not exist.
func (s *Store) get(ctx context.Context, table *aztables.Client, partition, key string) (r *storedRow, etag string, err error) {
	if partition == "" || len(partition) > maxKey || len(key) > maxKey {
		return nil, "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	answer, err := table.GetEntity(ctx, partition, key, nil)
	if isMissingRow(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", s.failure(err)
	}
	r, err = readRow(answer.Value)
	return r, string(answer.ETag), err
}

// getRoot reads a root row of a project with its large columns.
func (s *Store) getRoot(ctx context.Context, project, key string) (r *storedRow, etag string, err error) {
	r, etag, err = s.get(ctx, s.projects, keyOf(project), key)
	if err != nil || r == nil {
		return nil, "", err
	}
	return r, etag, s.restore(ctx, project, r)
}

// Project reads a project.
func (s *Store) Project(ctx context.Context, name string) (platform.Project, error) {
	r, etag, err := s.getRoot(ctx, name, projectKey)
	if err != nil {
		return platform.Project{}, fmt.Errorf("read project %s: %w", name, err)
	}
	if r == nil {
		return platform.Project{}, notFound("There is no project %q.", name)
	}
	return decodeProject(r, name, etag)
}

// Environment reads an environment, also one that is deleted.
func (s *Store) Environment(ctx context.Context, project, name string) (platform.Environment, error) {
	r, etag, err := s.getRoot(ctx, project, environmentKey(name))
	if err != nil {
		return platform.Environment{}, fmt.Errorf("read environment %s/%s: %w", project, name, err)
	}
	if r == nil {
		return platform.Environment{}, notFound("There is no environment %q in project %q.", name, project)
	}
	return decodeEnvironment(r, project, etag)
}

// Deployment reads a deployment.
func (s *Store) Deployment(ctx context.Context, project, environment, id string) (platform.Deployment, error) {
	r, etag, err := s.getRoot(ctx, project, deploymentKey(environment, id))
	if err != nil {
		return platform.Deployment{}, fmt.Errorf("read deployment %s: %w", id, err)
	}
	if r == nil {
		return platform.Deployment{}, notFound("There is no deployment %q of %s/%s.", id, project, environment)
	}
	return decodeDeployment(r, project, etag)
}

// Operation finds the project of an operation in the index, then reads it there.
func (s *Store) Operation(ctx context.Context, id string) (platform.Operation, error) {
	reservation, _, err := s.get(ctx, s.index, reservationPartition(id), reservationKey)
	if err != nil {
		return platform.Operation{}, fmt.Errorf("find operation %s: %w", id, err)
	}
	if reservation == nil {
		return platform.Operation{}, notFound("There is no operation %q.", id)
	}
	project := reservation.text("project")
	if reservation.err != nil {
		return platform.Operation{}, fmt.Errorf("find operation %s: %w", id, reservation.err)
	}
	return s.operationIn(ctx, project, id)
}

func (s *Store) operationIn(ctx context.Context, project, id string) (platform.Operation, error) {
	r, etag, err := s.getRoot(ctx, project, operationKey(id))
	if err != nil {
		return platform.Operation{}, fmt.Errorf("read operation %s: %w", id, err)
	}
	if r == nil {
		return platform.Operation{}, notFound("There is no operation %q.", id)
	}
	return decodeOperation(r, project, etag)
}

package tablestore

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of a project; all written by Commit with PutProject.
//
//	title, team, revision, createdAt, updatedAt
//	events  how many CloudEvents about the project itself were made
//	access  the set of assignments in the directory that counts
//	quota, environmentTypes  JSON
//	pins     JSON list of {kind, name, version}
//	budget   JSON {monthly, over}; monthly in ten-thousandths of the currency

const projectKey = "project"

type storedPin struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

type storedBudget struct {
	Monthly int64  `json:"monthly"`
	Over    string `json:"over"`
}

func encodeProject(p platform.Project) (*row, error) {
	r := newRow(keyOf(p.Name), projectKey)
	r.text("title", p.Title)
	r.text("team", p.Team)
	r.number("revision", p.Revision)
	r.number("events", p.Events)
	r.moment("createdAt", p.CreatedAt)
	r.moment("updatedAt", p.UpdatedAt)
	r.text("access", p.Access)
	pins := mapped(p.Pins, func(p platform.Pin) storedPin { return storedPin{string(p.Kind), p.Name, p.Version} })
	budget := mappedPointer(p.Budget, func(b platform.Budget) storedBudget { return storedBudget{int64(b.Monthly), string(b.Over)} })
	return r, r.documents(document{"quota", p.Quota, p.Quota != nil}, document{"environmentTypes", p.EnvironmentTypes, p.EnvironmentTypes != nil}, document{"pins", pins, pins != nil}, document{"budget", budget, budget != nil})
}

func decodeProject(r *storedRow, name string, etag string) (platform.Project, error) {
	var pins []storedPin
	var budget *storedBudget
	var quota *platform.Quota
	var environmentTypes []string
	r.document("quota", &quota)
	r.document("environmentTypes", &environmentTypes)
	r.document("pins", &pins)
	r.document("budget", &budget)
	p := platform.Project{
		Name: name, Title: r.text("title"), Team: r.text("team"),
		Access: r.text("access"), Quota: quota, EnvironmentTypes: environmentTypes,
		Pins: mapped(pins, func(p storedPin) platform.Pin {
			return platform.Pin{Kind: platform.CatalogKind(p.Kind), Name: p.Name, Version: p.Version}
		}),
		Budget: mappedPointer(budget, func(b storedBudget) platform.Budget {
			return platform.Budget{Monthly: platform.Money(b.Monthly), Over: platform.OverBudget(b.Over)}
		}),
		Events: r.number("events"), Revision: r.number("revision"), CreatedAt: r.moment("createdAt"), UpdatedAt: r.moment("updatedAt"),
		Stored: versionOf(r, etag),
	}
	return p, r.err
}

// Columns of an index row of projects; written by Commit before a project is new, and never changed.
//
//	name  of a project that may exist

const projectsPartition = "projects"

func projectIndexRow(name string) *row {
	r := newRow(projectsPartition, keyOf(name))
	r.text("name", name)
	return r
}

// Columns of an operation's reservation in the index; written by OpenOperation once and never changed.
//
//	project  where the operation is
//	at       when it was opened, which is also its place in the work list

const reservationKey = "operation"

func reservationPartition(operation string) string { return keyOf("op", operation) }

func encodeReservation(id, project string, at time.Time) *row {
	r := newRow(reservationPartition(id), reservationKey)
	r.text("project", project)
	r.moment("at", at)
	return r
}

// Columns of the work list; written by OpenOperation, removed by CloseOperation.
//
//	id, project, at  as in the reservation

const openPartition = "open"

func openKey(at time.Time, id string) string { return keyOf(risingTime(at), id) }

func encodeOpen(o platform.OpenOperation) *row {
	r := newRow(openPartition, openKey(o.At, o.ID))
	r.text("id", o.ID)
	r.text("project", o.Project)
	r.moment("at", o.At)
	return r
}

func decodeOpen(r *storedRow) (platform.OpenOperation, error) {
	o := platform.OpenOperation{ID: r.text("id"), Project: r.text("project"), At: r.moment("at")}
	return o, r.err
}

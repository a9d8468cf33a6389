package tablestore

import (
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of an environment; all written by Commit with Environment.
//
//	name, type, state, resting, template, deployment, activeOperation
//	revision, createdAt, createdBy, updatedAt, settledAt
//	events               how many CloudEvents about it were made
//	monthly, planned     in ten-thousandths of the currency
//	parameters, outputs  JSON as it came
//	resources, plannedResources  JSON {type: number}
//	monthlyOff, saved    in ten-thousandths
//	asleepSince, asleepSeconds, asleepByCalendar  the ledger of hibernation, with saved
//	expiry               JSON {at, warn: [seconds], told, next}; absent when it stays
//	protection           JSON {reason, by, at}; absent when it may be deleted
//	calendar             JSON {timeZone, off: [{days: [0 is Sunday], from, to}]}, in minutes; absent when there is none
//	nextPower, dueAt     times; the list of what is due leads to dueAt
//	failure              JSON {operation, code, message, at, remaining}; absent when the last change succeeded
//	drift                JSON {check: {operation, at, unknown}, known: {operation, at, deployment, found, open}, notes: [{id, address,
//	                     path, until, reason, by, at}], told}; absent when nobody looked and nothing is to be ignored
//	unproven             of a deleted one: an admin called it so

const environmentPrefix = "env" + separator

func environmentKey(name string) string { return keyOf("env", name) }

type storedFailure struct {
	Operation string    `json:"operation"`
	Code      string    `json:"code"`
	Message   string    `json:"message"`
	At        time.Time `json:"at"`
	Remaining []string  `json:"remaining,omitempty"`
}

func encodeEnvironment(e platform.Environment) (*row, error) {
	r := newRow(keyOf(e.Project), environmentKey(e.Name))
	r.text("name", e.Name)
	r.text("type", e.Type)
	r.text("state", string(e.State))
	r.text("resting", string(e.Resting))
	r.text("template", e.Template)
	r.text("parameters", string(e.Parameters))
	r.text("deployment", e.Deployment)
	r.text("activeOperation", e.ActiveOperation)
	r.text("outputs", string(e.Outputs))
	r.number("monthly", int64(e.Monthly))
	r.number("planned", int64(e.Planned))
	r.number("monthlyOff", int64(e.MonthlyOff))
	encodeSleep(r, e.Sleep)
	r.moment("nextPower", e.NextPower)
	r.moment("dueAt", e.DueAt)
	r.number("revision", e.Revision)
	r.number("events", e.Events)
	r.flag("unproven", e.Unproven)
	r.moment("createdAt", e.CreatedAt)
	r.text("createdBy", e.CreatedBy)
	r.moment("updatedAt", e.UpdatedAt)
	r.moment("settledAt", e.SettledAt)
	failure := mappedPointer(e.Failure, func(f platform.Failure) storedFailure {
		f.At = stored(f.At)
		return storedFailure(f)
	})
	expiry := mappedPointer(e.Expiry, encodeExpiry)
	protection := mappedPointer(e.Protection, encodeProtection)
	calendar := mappedPointer(e.Calendar, encodeCalendar)
	return r, r.documents(document{"failure", failure, failure != nil}, document{"drift", mappedPointer(e.Drift, encodeDrift), e.Drift != nil}, document{"expiry", expiry, expiry != nil},
		document{"protection", protection, protection != nil}, document{"calendar", calendar, calendar != nil}, document{"resources", e.Resources, len(e.Resources) > 0},
		document{"plannedResources", e.PlannedResources, len(e.PlannedResources) > 0})
}

func decodeEnvironment(r *storedRow, project, etag string) (platform.Environment, error) {
	var failure *storedFailure
	r.document("failure", &failure)
	var drift *storedDrift
	r.document("drift", &drift)
	var resources, planned map[string]int
	r.document("resources", &resources)
	r.document("plannedResources", &planned)
	var expiry *storedExpiry
	r.document("expiry", &expiry)
	var protection *storedProtection
	r.document("protection", &protection)
	var calendar *storedCalendar
	r.document("calendar", &calendar)
	e := platform.Environment{
		Project: project, Name: r.text("name"), Type: r.text("type"),
		State: platform.EnvironmentState(r.text("state")), Resting: platform.EnvironmentState(r.text("resting")),
		Template: r.text("template"), Parameters: r.json("parameters"), Deployment: r.text("deployment"),
		ActiveOperation: r.text("activeOperation"), Outputs: r.json("outputs"),
		Failure:  mappedPointer(failure, func(f storedFailure) platform.Failure { return platform.Failure(f) }),
		Drift:    mappedPointer(drift, decodeDrift),
		Unproven: r.flag("unproven"),
		Monthly:  platform.Money(r.number("monthly")), Planned: platform.Money(r.number("planned")),
		Resources: resources, PlannedResources: planned, Events: r.number("events"),
		MonthlyOff: platform.Money(r.number("monthlyOff")), Sleep: decodeSleep(r), NextPower: r.moment("nextPower"), DueAt: r.moment("dueAt"),
		Expiry: mappedPointer(expiry, decodeExpiry), Protection: mappedPointer(protection, func(p storedProtection) platform.Protection { return platform.Protection(p) }),
		Calendar: mappedPointer(calendar, decodeCalendar),
		Revision: r.number("revision"), CreatedAt: r.moment("createdAt"), CreatedBy: r.text("createdBy"), UpdatedAt: r.moment("updatedAt"), SettledAt: r.moment("settledAt"),
		Stored: versionOf(r, etag),
	}
	return e, r.err
}

// Columns of an environment's place in the list of its type; written by Commit with an Environment that is being created.
//
//	name  of an environment that may be of the type: one that was made anew may have another by now

func environmentTypePrefix(environmentType string) string {
	return keyOf("envtype", environmentType) + separator
}

func encodeTyped(e platform.Environment) *row {
	r := newRow(keyOf(e.Project), keyOf("envtype", e.Type, e.Name))
	r.text("name", e.Name)
	return r
}

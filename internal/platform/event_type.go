package platform

import "slices"

// EventType is a type of CloudEvent that the platform emits. There are none but those that are declared: newEvent and its
// kin take nothing else, and apim/asyncapi.yaml is compared with EventTypes by a test.
type EventType struct {
	kind string
	doc  string
}

// Name is the CloudEvents type: io.lazuli.environment.ready.v1. A breaking change of its data makes a v2 beside it.
func (t *EventType) Name() string { return "io.lazuli." + t.kind + ".v1" }

// Kind is the short name that people filter by: environment.ready.
func (t *EventType) Kind() string { return t.kind }

// Doc says in one sentence when it is emitted.
func (t *EventType) Doc() string { return t.doc }

// declared is every type that there is. Only declare writes it, while the package is initialised.
var declared []*EventType

func declare(kind, doc string) *EventType {
	t := &EventType{kind: kind, doc: doc}
	declared = append(declared, t)
	return t
}

// EventTypes lists every declared type.
func EventTypes() []*EventType { return slices.Clone(declared) }

// The types, each declared once. A new one needs a message in apim/asyncapi.yaml; TestEventTypes tells what is missing.
var (
	operationAccepted         = declare("operation.accepted", "A change was accepted and waits for its pipeline run.")
	operationStarted          = declare("operation.started", "A pipeline run has taken the operation.")
	operationPlanned          = declare("operation.planned", "The run has reported its plan.")
	operationApplying         = declare("operation.applying", "The run applies its plan.")
	operationAwaitingApproval = declare("operation.awaitingapproval", "The plan waits for people who agree to it.")
	operationApproved         = declare("operation.approved", "Everybody has agreed to the plan who must; it will be applied by another run.")
	operationRejected         = declare("operation.rejected", "Somebody has rejected the plan; the operation ends with it.")
	operationCanceling        = declare("operation.canceling", "Somebody asked the run to stop, or it takes too long.")
	operationSucceeded        = declare("operation.succeeded", "The operation has ended well.")
	operationFailed           = declare("operation.failed", "The operation has failed; error says why.")
	operationCanceled         = declare("operation.canceled", "The operation was canceled.")

	environmentCreating     = declare("environment.creating", "An environment is being made.")
	environmentUpdating     = declare("environment.updating", "An environment is being changed.")
	environmentReady        = declare("environment.ready", "An environment is as it was asked for.")
	environmentHibernated   = declare("environment.hibernated", "An environment sleeps.")
	environmentFailed       = declare("environment.failed", "An environment could not be made.")
	environmentExpiring     = declare("environment.expiring", "An environment ends soon; it can be extended.")
	environmentExpired      = declare("environment.expired", "The time of an environment is over: it is being deleted, or stays because it is protected.")
	environmentExtended     = declare("environment.extended", "The end of an environment was put off.")
	environmentProtected    = declare("environment.protected", "An environment is kept from being deleted.")
	environmentUnprotected  = declare("environment.unprotected", "An environment may be deleted again.")
	environmentCalendar     = declare("environment.calendarchanged", "When an environment hibernates and wakes was changed.")
	environmentDrifted      = declare("environment.drifted", "Resources of an environment are not as they were deployed any more.")
	environmentDriftCleared = declare("environment.driftcleared", "What had drifted in an environment is answered or gone.")
	environmentDeleting     = declare("environment.deleting", "Everything in an environment is being destroyed.")
	environmentDeleted      = declare("environment.deleted", "An environment is gone; proven says whether nothing is left for sure.")
	environmentDeleteFailed = declare("environment.deletefailed", "An environment could not be deleted; something may be left of it.")

	projectCreated     = declare("project.created", "A project was made.")
	projectUpdated     = declare("project.updated", "What a project says of itself was changed.")
	assignmentsChanged = declare("project.assignmentschanged", "Who may do what in a project was changed.")
	valuesChanged      = declare("values.changed", "Values of a project or an environment have a new version; it names keys, never values.")

	requestAccepted = declare("request.accepted", "A request by message was accepted.")
	requestRefused  = declare("request.refused", "A request by message was refused; problem says why.")

	subscriptionDisabled = declare("subscription.disabled", "A subscription was switched off, after days in which nothing could be delivered.")
)

// environmentEvents names the event for each state of an environment.
var environmentEvents = map[EnvironmentState]*EventType{
	Creating: environmentCreating, Updating: environmentUpdating, Ready: environmentReady, Hibernated: environmentHibernated,
	Broken: environmentFailed, Deleting: environmentDeleting, Deleted: environmentDeleted, DeleteFailed: environmentDeleteFailed,
}

// endEventOf names the event for each end of an operation.
var endEventOf = map[Status]*EventType{Succeeded: operationSucceeded, Failed: operationFailed, Canceled: operationCanceled}

// stageEvents names the event for each stage that an operation passes.
var stageEvents = map[Stage]*EventType{Applying: operationApplying, Destroying: operationApplying, Canceling: operationCanceling, AwaitingApproval: operationAwaitingApproval}

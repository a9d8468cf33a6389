// Package devops drives Azure DevOps: it is the adapter behind platform.Pipelines, on the official Go client.
//
//	p, err := devops.New(devops.Config{OrganizationURL: "https://dev.azure.com/contoso", Project: "platform", Pipeline: 12, Credential: cred, …})
//	run, err := p.Start(ctx, operation)
//
// The client repeats nothing, has no time limit, loses the status of an answer that is not JSON, and copies its
// credentials for ever. All of that is mended in one place below it, the round tripper of transport.go: Entra ID
// tokens that are fetched once and renewed in time (token.go), retries of idempotent requests that wait as long as the service
// asks, and answers of proxies and sign-in pages made into errors that keep their status (repair.go).
//
// # Two kinds of no
//
// A request to start a run is never sent twice. When it fails, errors.go says which of two things is known: the service
// answered that it will not (400, 401, 403, 404, 429 and their like; the error wraps platform.ErrRefused), so that no run was
// made; or nothing is known (a time-out, a reset, 5xx), so that a run may exist and must be looked for (find.go) before
// anybody asks again.
//
// # What is read
//
// A run is the build with the same id. run.go reads its state and its steps from the timeline, cause.go the first error that says
// something, log.go the lines of its steps, report.go the JSON that it published as the artifact [ReportArtifact].
package devops

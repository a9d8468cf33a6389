import type { Schemas } from '@/shared/api/client'

const at = '2026-03-01T10:00:00Z'

export const me: Schemas['Me'] = { id: 'developer', name: 'Developer', kind: 'user', team: 'payments', roles: [], projects: [{ project: 'payments', role: 'Contributor', scope: '/projects/payments' }] }

export const project: Schemas['Project'] = { name: 'payments', title: 'Payments', team: 'payments', members: [{ id: 'developer', role: 'Contributor' }], etag: '"1"', createdAt: at, updatedAt: at }

export const environment: Schemas['Environment'] = {
  name: 'dev', project: 'payments', type: 'dev', state: 'ready', template: 'static-site', deployment: '01K9S3W0M2Q4N6P8R0T2V4X6Z8', etag: '"3"', createdAt: at, updatedAt: at,
  outputs: { site: { url: 'http://payments-dev-site.localhost:7080' }, db: { url: { secret: 'https://vault/secrets/x' } } },
}

export const operation: Schemas['Operation'] = {
  id: '01K9S3W0M2Q4N6P8R0T2V4X6Z9', kind: 'putEnvironment', mode: 'deploy', status: 'Running', stage: 'applying', resource: '/projects/payments/environments/dev', project: 'payments', environment: 'dev',
  deployment: '01K9S3W0M2Q4N6P8R0T2V4X6Z8', createdAt: at, lastUpdatedAt: at, requestedBy: 'developer', percent: 40,
  steps: [
    { id: 's', kind: 'stage', name: 'deploy', status: 'Running', startedAt: at },
    { id: 'j', parent: 's', kind: 'job', name: 'terraform', status: 'Running', startedAt: at },
    { id: 't1', parent: 'j', kind: 'task', name: 'plan', status: 'Succeeded', startedAt: at, finishedAt: '2026-03-01T10:00:03Z' },
    { id: 't2', parent: 'j', kind: 'task', name: 'apply', status: 'Running', startedAt: '2026-03-01T10:00:03Z' },
  ],
}

export const plan: Schemas['Plan'] = {
  digest: 'a'.repeat(64), counts: { add: 0, change: 1, remove: 1 },
  changes: [
    { address: 'module.site.web', action: 'replace', properties: [{ path: 'title', before: 'Old', after: 'New' }, { path: 'key', sensitive: true }, { path: 'id', before: '7', unknown: true, replaces: true }] },
    { address: 'module.db.database', action: 'remove' },
  ],
}

export const deployment: Schemas['Deployment'] = {
  id: '01K9S3W0M2Q4N6P8R0T2V4X6Z8', project: 'payments', environment: 'dev', mode: 'deploy', operation: operation.id, createdAt: at, createdBy: 'developer', plan,
  manifest: { resources: { site: { type: 'app-service', inputs: { settings: { URL: '${resources.db.outputs.url}' } } }, db: { type: 'postgres' } } },
  definitions: [{ alias: 'db', type: 'postgres', definition: 'postgres-local', version: '1' }],
}

export const approval: Schemas['Approval'] = {
  operation: operation.id, project: 'payments', environment: 'dev', deployment: deployment.id, requestedBy: 'developer', stage: 'awaitingApproval',
  need: { count: 1, role: 'Approver', notTheRequester: true, reasons: ['environment type prod'] }, decisions: [], plan, mayDecide: true,
}

export const home: Schemas['Home'] = { approvals: [], running: [], failed: [], expiring: [], recent: [], projects: 1, complete: true }

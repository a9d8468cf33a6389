import type { Schemas } from '@/shared/api/client'
import type { Answers } from './api'
import { deployment, environment, me, operation } from './samples'

const at = '2026-03-01T10:00:00Z'

export const price: Schemas['Price'] = { currency: 'USD', monthly: '40.00', monthlyOff: '10.00', complete: true, items: [{ alias: 'db', meter: 'Database/B1MS', quantity: '730', monthly: '40.00' }], unknown: [] }

export const preview: Schemas['Preview'] = {
  environmentExists: true, counts: { add: 0, change: 1, remove: 0 }, price: { before: price, after: { ...price, monthly: '52.00' } }, policies: [], budgets: [],
  changes: [{ alias: 'site', action: 'change', type: 'app-service', definition: 'app-service-local@1', differences: ['/inputs/settings/TITLE'] }],
}

export const devType: Schemas['EnvironmentType'] = {
  name: 'dev', title: 'Development', version: '1', templates: ['*'], expiry: { default: 'P30D', max: 'P90D', warn: [] },
  hibernate: { timeZone: 'Europe/Berlin', off: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }] },
}

export const driftReport: Schemas['DriftReport'] = { status: 'none', checkedAt: at, operation: operation.id, deployment: deployment.id, resources: [], ignored: [], notes: [] }

export const value = (part: Partial<Schemas['Value']>): Schemas['Value'] => ({ key: 'LOG_LEVEL', type: 'string', value: 'info', secret: false, origin: 'environment', updatedAt: at, updatedBy: 'developer', ...part })

export const valuesOf = (version: number, ...list: Schemas['Value'][]): Schemas['Values'] => ({ project: 'payments', environment: 'dev', version, etag: `"${version}"`, value: list })

/** What the page of payments/dev asks for, when all is well. */
export function placeAnswers(changed: Partial<Schemas['Environment']> = {}): Answers {
  return {
    'GET /me': () => ({ body: me }),
    'GET /projects/{project}/environments': () => ({ body: { value: [{ ...environment, ...changed }] } }),
    'GET /projects/{project}/environments/{environment}': () => ({ body: { ...environment, ...changed } }),
    'GET /projects/{project}/environments/{environment}/deployments/{deployment}': () => ({ body: { ...deployment, price } }),
    'GET /projects/{project}/environments/{environment}/deployments': () => ({ body: { value: [deployment] } }),
    'POST /projects/{project}/environments/{environment}/deployments/preview': () => ({ body: preview }),
    'GET /projects/{project}/environments/{environment}/drift': () => ({ body: driftReport }),
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: valuesOf(1, value({}), value({ key: 'API_KEY', secret: true, value: undefined })) }),
    'GET /projects/{project}/values': () => ({ body: { project: 'payments', version: 1, etag: '"1"', value: [] } }),
    'GET /projects/{project}/operations': () => ({ body: { value: [{ ...operation, status: 'Succeeded', stage: 'done' }] } }),
    'GET /operations/{operation}': () => ({ body: { ...operation, status: 'Succeeded', stage: 'done' } }),
    'GET /operations/{operation}/approval': () => ({ problem: { status: 404, code: 'NotFound' } }),
    'GET /environment-types': () => ({ body: { value: [devType] } }),
    'POST /access/explain': () => ({ body: { allowed: false, action: 'environments/forceDelete', scope: '/', considered: [] } }),
  }
}

import type { Schemas } from '@/shared/api/client'
import type { Answers } from './api'
import { me, project } from './samples'

export const template: Schemas['Template'] = {
  name: 'static-site', title: 'Static site', description: 'a web site of files', version: '2', owner: 'team/platform', tags: ['web'], takes: '~4 s',
  docs: '# How\n\nGive an **archive**.\n\n<img src=x onerror="alert(1)">\n\n[read](https://example.org/a) [never](javascript:alert(1))\n\n![seen](https://tracker.example/x.png)',
  price: { currency: 'USD', monthly: '0.00', complete: true, items: [], unknown: [] },
  parameters: { type: 'object', required: ['title'], properties: { title: { type: 'string', title: 'Title', description: 'What it shows.', maxLength: 60 }, size: { enum: ['small', 'medium'], default: 'small', title: 'Size' } } },
  manifest: { resources: { site: { type: 'app-service' } } },
}

export const postgres: Schemas['ResourceType'] = {
  name: 'postgres', title: 'PostgreSQL database', version: '1', inputs: { type: 'object', properties: { storageGb: { type: 'integer', minimum: 1, default: 32, title: 'Storage' } } },
  outputs: { type: 'object', properties: { url: { type: 'string', title: 'Address', 'x-secret': true }, host: { type: 'string' } } },
}

export const offers: Schemas['Offer'][] = [
  { kind: 'template', name: 'static-site', version: '2', environmentTypes: ['dev'], withheld: [{ environmentType: 'prod', reason: 'Template static-site may not be used in environments of type prod.' }] },
  { kind: 'resource-type', name: 'postgres', version: '1', environmentTypes: [], withheld: ['dev', 'prod'].map((environmentType) => ({ environmentType, reason: `It takes the action environments/write at ${environmentType}.`, nextStep: 'Ask an owner.' })) },
]

const versions: Schemas['CatalogItem'][] = [
  { kind: 'template', name: 'static-site', version: '1', status: 'defective', publishedAt: '2026-03-01T10:00:00Z', publishedBy: 'admin' },
  { kind: 'template', name: 'static-site', version: '2', status: 'default', publishedAt: '2026-03-02T10:00:00Z', publishedBy: 'admin' },
]

export const catalog: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /projects': () => ({ body: { value: [project] } }),
  'GET /templates': () => ({ body: { value: [template, { ...template, name: 'lab', title: 'Lab', tags: ['machine'], description: 'machines' }] } }),
  'GET /templates/{template}': () => ({ body: template }),
  'GET /resource-types': () => ({ body: { value: [postgres] } }),
  'GET /resource-types/{resourceType}': () => ({ body: postgres }),
  'GET /projects/{project}/offers': () => ({ body: { value: offers } }),
  'GET /catalog/items': () => ({ body: { value: versions } }),
  'GET /catalog/items/{kind}/{name}/{version}': ({ params }) => ({ body: { ...(versions.find((v) => v.version === params.version) as Schemas['CatalogItem']), document: { metadata: { title: 'Static site', docs: 'The old way.' }, spec: { parameters: { type: 'object', properties: { colour: { type: 'string' } } }, manifest: {} } } } }),
}

import { expect, test } from 'vitest'
import { deployment } from '@/test/samples'
import { compareDeployments } from './differences'

test('what came, changed and went, by path', () => {
  const after = {
    ...deployment, template: 'web', templateVersion: '2',
    manifest: { resources: { site: { type: 'app-service', inputs: { settings: { URL: 'x' }, ports: [80] } } }, workloads: { api: { containers: { main: { image: 'api:2' } } } } },
    definitions: [{ alias: 'site', type: 'app-service', definition: 'app-service-local', version: '3' }],
  }
  const { facts, parts } = compareDeployments(deployment, after)
  expect(facts).toEqual([{ path: 'template', before: undefined, after: 'web@2' }])
  expect(parts.map((p) => [p.action, p.kind, p.name, p.properties.map((d) => d.path)])).toEqual([
    ['remove', 'resource', 'db', ['type', 'built by']],
    ['change', 'resource', 'site', ['built by', 'settings.URL', 'ports']],
    ['add', 'workload', 'api', ['containers.main.image']],
  ])
})

test('the same is no difference', () => expect(compareDeployments(deployment, { ...deployment, id: 'another', createdBy: 'somebody' })).toEqual({ facts: [], parts: [] }))

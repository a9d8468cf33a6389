import { expect, test } from 'vitest'
import { graphOf } from './graph'

test('what reads stands right of what it reads from', () => {
  const { nodes, edges } = graphOf({
    manifest: {
      resources: { site: { type: 'app-service', inputs: { settings: { A: '${resources.db.outputs.url}', B: '${resources.db.outputs.host} ${resources.gone.outputs.x}' } } }, db: { type: 'postgres' } },
      workloads: { api: { containers: { main: { variables: { S: '${resources.site.url}' } } } } },
    },
    definitions: [{ alias: 'db', type: 'postgres', definition: 'postgres-local', version: '1' }],
  })
  expect(edges).toEqual([{ from: 'db', to: 'site' }, { from: 'site', to: 'api' }])
  expect(nodes.map((n) => [n.alias, n.layer, n.definition])).toEqual([['site', 1, undefined], ['db', 0, 'postgres-local@1'], ['api', 2, undefined]])
})

test('a circle ends', () => {
  const { nodes } = graphOf({ manifest: { resources: { a: { type: 't', inputs: { x: '${resources.b.x}' } }, b: { type: 't', inputs: { x: '${resources.a.x}' } } } }, definitions: [] })
  expect(nodes).toHaveLength(2)
})

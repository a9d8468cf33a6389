import { expect, test } from 'vitest'
import { deployment, environment } from '@/test/samples'
import { ordered, rowsOf } from './beside'

test('each environment beside the first: what differs in what was asked for is named, what built it is not', () => {
  const prod = {
    ...deployment,
    manifest: { resources: { site: { type: 'app-service', inputs: { settings: { URL: 'other' } } }, db: { type: 'postgres' }, cache: { type: 'redis' } } },
    definitions: [{ alias: 'db', type: 'postgres', definition: 'postgres-large', version: '4' }],
  }
  const rows = rowsOf([{ environment, deployment }, { environment: { ...environment, name: 'live' }, deployment: prod }, { environment: { ...environment, name: 'new' }, deployment: undefined }])
  const row = (title: string) => rows.find((r) => r.title === title)?.cells.map((c) => [c.text, c.differs])
  expect(row('db')).toEqual([['postgres · postgres-local@1', []], ['postgres · postgres-large@4', []], ['', []]])
  expect(row('site')).toEqual([['app-service', []], ['app-service', ['settings.URL']], ['', []]])
  expect(row('cache')).toEqual([['not there', []], ['redis', ['only here']], ['', []]])
})

test('source and target stand first, and no more stand there than can be read', () => {
  const all = ['h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'].map((name) => ({ ...environment, name }))
  expect(ordered(all, 'e', 'g').map((e) => e.name)).toEqual(['e', 'g', 'a', 'b', 'c', 'd'])
})

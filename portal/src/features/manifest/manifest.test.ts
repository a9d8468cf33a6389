import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { suggestionsAt } from './complete'
import { marksOf } from './marks'
import { manifestSchema } from './schema'
import { read, rangeOf, withValue, write } from './text'
import { linesOf } from './TextDiff'

const types: Schemas['ResourceType'][] = [
  { name: 'postgres', title: 'PostgreSQL', version: '1', inputs: { type: 'object', properties: { serverVersion: { enum: ['15', '16'], default: '16' }, storageGb: { type: 'integer', minimum: 1 } } }, outputs: { type: 'object', properties: { url: { type: 'string', 'x-secret': true } } } },
  { name: 'app-service', title: 'Web app', version: '1', inputs: { type: 'object', properties: { runtime: { enum: ['static', 'process'] }, settings: { type: 'object', additionalProperties: { type: 'string' } } } }, outputs: { type: 'object', properties: { host: { type: 'string' } } } },
]
const schema = manifestSchema(types)

test('a manifest is read and written; what cannot be read says where', () => {
  const text = write({ resources: { db: { type: 'postgres', inputs: { serverVersion: '16' } } } })
  expect(read(text)).toEqual({ manifest: { resources: { db: { type: 'postgres', inputs: { serverVersion: '16' } } } } })
  expect(text).toContain('serverVersion: "16"')
  expect(read('').manifest).toEqual({})
  expect(write({})).toBe('resources: {}\n')
  expect(read('resources:\n  db: [\n').fault?.line).toBeGreaterThan(1)
  expect(read('- a\n').fault?.message).toContain('object')
})

test('a billion laughs are not laughed', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map((c, n) => `${c}: &${c} [${Array.from({ length: 10 }, () => `*${'abcdefgh'[n]}`).join(', ')}]`)].join('\n')
  expect(read(bomb).fault?.message).toMatch(/alias/i)
})

test('the form changes a value and nothing else of the text', () => {
  const text = '# ours\nresources:\n  # the database\n  db:\n    type: postgres # for now\n'
  const changed = withValue(text, ['resources', 'db', 'inputs', 'storageGb'], 64)
  expect(changed).toBe('# ours\nresources:\n  # the database\n  db:\n    type: postgres # for now\n    inputs:\n      storageGb: 64\n')
  expect(withValue(changed, ['resources', 'db', 'inputs'], undefined)).toBe(text)
  expect(withValue('resources: {}\n', ['resources', 'db'], { type: 'postgres' })).toBe('resources:\n  db:\n    type: postgres\n')
  expect(withValue('', ['resources', 'db'], { type: 'postgres' })).toBe('resources:\n  db:\n    type: postgres\n')
  expect(withValue('a: [', ['resources'], 1)).toBe('a: [')
})

test('faults are marked where they stand, those of the schema and those of the platform', () => {
  const text = 'resources:\n  db:\n    type: postgres\n    inputs:\n      storageGb: 0\n      colour: red\n  site:\n    type: app-service\n    inputs: {runtime: "${values.R}"}\n'
  const marks = marksOf(schema, text, [{ pointer: '/resources/site/class', text: 'No such class.' }])
  expect(marks.map((m) => [m.line, text.slice(m.from, m.to), m.message])).toEqual([
    [5, '0', 'Must be at least 1.'], [6, 'red', 'There is no property of this name here.'], [7, 'site', 'No such class.'],
  ])
  expect(rangeOf(text, ['nowhere'])).toEqual([0, 10])
})

const suggested = (text: string) => {
  const at = text.indexOf('|')
  return suggestionsAt(schema, text.replace('|', ''), at)?.options.map((o) => o.insert)
}

test('the schema suggests what can be written', () => {
  expect(suggested('|')).toEqual(['resources:', 'workloads:'])
  expect(suggested('resources:\n  db:\n    |')).toEqual(['type: ', 'class: ', 'inputs:'])
  expect(suggested('resources:\n  db:\n    type: |')).toEqual(['postgres', 'app-service'])
  expect(suggested('resources:\n  db:\n    type: postgres\n    inputs:\n      |')).toEqual(['serverVersion: ', 'storageGb: '])
  expect(suggested('resources:\n  db:\n    type: postgres\n    inputs:\n      storageGb: 1\n      s|')).toEqual(['serverVersion: '])
  expect(suggested('resources:\n  db:\n    type: postgres\n    inputs:\n      serverVersion: |')).toEqual(['"15"', '"16"'])
  expect(suggested('resources:\n  db:\n    type: postgres\n  site:\n    type: app-service\n    inputs:\n      settings:\n        URL: |')).toEqual(['"${resources.db.outputs.url}"'])
})

test('a difference shows what comes and goes, with a few lines around', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join('\n')
  expect(linesOf(`${before}\n`, `${before.replace('h', 'H')}\n`).map((l) => (l ? l.sign + l.text : '…'))).toEqual(['…', ' e', ' f', ' g', '−h', '+H'])
})

import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { environment } from '@/test/samples'
import { choices, filtered, readFilters, sorted } from './filters'

const now = Date.parse('2026-03-01T12:00:00Z')
const all: Schemas['Environment'][] = [
  { ...environment, name: 'dev', createdBy: 'developer', monthly: '9.00', expiresAt: '2026-03-02T00:00:00Z' },
  { ...environment, name: 'test', type: 'test', state: 'failed', monthly: '100.00', expiresAt: '2026-03-20T00:00:00Z' },
  { ...environment, project: 'orders', name: 'dev', createdBy: 'somebody' },
]
const names = (list: Schemas['Environment'][]) => list.map((e) => `${e.project}/${e.name}`)

test('filters of an address are read, and nothing else', () => {
  expect(readFilters({ project: 'payments', state: 'failed', expiring: true, sort: 'price', down: true, find: 7, x: 'y' })).toEqual({ project: 'payments', state: 'failed', expiring: true, sort: 'price', down: true, find: '7' })
  expect(readFilters({ state: 'toString', sort: 'evil', expiring: 'yes', owner: '', type: ['a'] })).toEqual({})
})

test('each filter narrows', () => {
  expect(names(filtered(all, { project: 'payments', type: 'test' }, 'developer', now))).toEqual(['payments/test'])
  expect(names(filtered(all, { state: 'failed' }, 'developer', now))).toEqual(['payments/test'])
  expect(names(filtered(all, { owner: 'me' }, 'developer', now))).toEqual(['payments/dev'])
  expect(names(filtered(all, { owner: 'somebody' }, 'developer', now))).toEqual(['orders/dev'])
  expect(names(filtered(all, { expiring: true }, 'developer', now))).toEqual(['payments/dev'])
  expect(names(filtered(all, { find: 'ORD dev' }, 'developer', now))).toEqual(['orders/dev'])
})

test('prices are numbers, and what stays comes after what expires', () => {
  expect(names(sorted(all))).toEqual(['orders/dev', 'payments/dev', 'payments/test'])
  expect(names(sorted(all, 'price', true))).toEqual(['payments/test', 'payments/dev', 'orders/dev'])
  expect(names(sorted(all, 'expires'))).toEqual(['payments/dev', 'payments/test', 'orders/dev'])
  expect(choices(all, (e) => e.project)).toEqual(['orders', 'payments'])
})

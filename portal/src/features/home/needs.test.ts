import { expect, test } from 'vitest'
import { environment, operation } from '@/test/samples'
import { expiringSoon, needsOf } from './needs'

test('a failure counts until its environment did something better', () => {
  const failed = { ...operation, id: 'failed', status: 'Failed', stage: 'done', createdAt: '2026-03-01T10:00:00Z' } as const
  const better = { ...failed, id: 'better', status: 'Succeeded', createdAt: '2026-03-01T11:00:00Z' } as const
  const planned = { ...better, id: 'planned', mode: 'plan' } as const
  expect(needsOf([failed]).failed).toHaveLength(1)
  expect(needsOf([failed, planned]).failed).toHaveLength(1)
  expect(needsOf([failed, better]).failed).toHaveLength(0)
  expect(needsOf([better, { ...failed, resource: '/projects/payments/environments/test' }]).failed).toHaveLength(1)
})

test('what expires within three days is told, the next one first', () => {
  const at = (name: string, expiresAt?: string) => ({ ...environment, name, expiresAt })
  const all = [at('later', '2026-03-09T00:00:00Z'), at('two', '2026-03-03T00:00:00Z'), at('one', '2026-03-02T00:00:00Z'), at('stays'), { ...at('kept', '2026-03-02T00:00:00Z'), protection: { reason: 'demo', by: 'x', at: '2026-03-01T00:00:00Z' } }]
  expect(expiringSoon(all, new Date('2026-03-01T12:00:00Z')).map((e) => e.name)).toEqual(['one', 'two'])
})

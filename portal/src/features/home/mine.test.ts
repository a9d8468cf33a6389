import { expect, test } from 'vitest'
import { environment, home, operation } from '@/test/samples'
import { isUntouched, mineOf } from './mine'

test('mine is what I asked for and made, and whatever waits for me', () => {
  const other = { ...operation, id: 'other', requestedBy: 'somebody' }
  const all = { ...home, approvals: [other], running: [operation, other], failed: [other], recent: [other, operation], expiring: [{ ...environment, createdBy: 'somebody' }, { ...environment, createdBy: 'developer' }] }
  const mine = mineOf(all, 'developer')
  expect([mine.approvals, mine.running, mine.failed, mine.recent, mine.expiring].map((l) => l.length)).toEqual([1, 1, 0, 1, 1])
  expect(isUntouched(all)).toBe(false)
  expect(isUntouched(home)).toBe(true)
})

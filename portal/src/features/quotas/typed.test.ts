import { expect, test } from 'vitest'
import { isAmount, isCount, quotaOf, typedOf } from './typed'

test('what is read, typed and sent again is the same', () => {
  const quota = { environments: 3, resources: { postgres: 0 } }
  expect(quotaOf(typedOf(quota, undefined))).toEqual(quota)
  expect(quotaOf(typedOf(undefined, undefined))).toBeUndefined()
  expect(typedOf(undefined, { monthly: '5.00', over: 'refuse' })).toMatchObject({ monthly: '5.00', over: 'refuse' })
})

test('counts and amounts', () => {
  expect(['', '1', '1000', '0', '1001', '1.5', 'x', '-1'].map((t) => isCount(t, 1))).toEqual([true, true, true, false, false, false, false, false])
  expect(['', '0', '99.50', '1,5', '.5', '1.'].map(isAmount)).toEqual([true, true, true, false, false, false])
})

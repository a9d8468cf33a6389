import { expect, test } from 'vitest'
import { firstError, matching, pieces } from './find'

const lines = [{ step: 'plan', text: 'Refreshing' }, { step: 'apply', text: '\u001b[31m│\u001b[0m \u001b[1mError: no cores left' }, { step: 'apply', text: '##[error]Bash exited' }]

test('the first error is the line that tells it, in the numbers of the whole log', () => {
  expect(firstError(matching(lines, undefined, ''))).toBe(2)
  expect(firstError(matching(lines, undefined, 'bash'))).toBe(3)
  expect(firstError(matching(lines, 'plan', ''))).toBeUndefined()
})

test('what was looked for is set apart', () => {
  expect(pieces([{ text: 'Apply apply done', look: 'c2' }], 'APPLY').map((p) => (p.found ? `[${p.text}]` : p.text))).toEqual(['[Apply]', ' ', '[apply]', ' done'])
  expect(pieces([{ text: 'İ apply', look: '' }], 'apply')).toEqual([{ text: 'İ apply', look: '', found: false }])
  expect(pieces([{ text: 'x', look: '' }], '')).toEqual([{ text: 'x', look: '', found: false }])
})

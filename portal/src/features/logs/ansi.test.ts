import { expect, test } from 'vitest'
import { plain, spans } from './ansi'

test.each([
  ['plain', [{ text: 'plain', look: '' }]],
  ['\u001b[31mred\u001b[0m not', [{ text: 'red', look: 'c1' }, { text: ' not', look: '' }]],
  ['\u001b[1;92mbold green\u001b[22mgreen\u001b[39mnone', [{ text: 'bold green', look: 'c2 b' }, { text: 'green', look: 'c2' }, { text: 'none', look: '' }]],
  ['\u001b[mreset', [{ text: 'reset', look: '' }]],
  ['##[error]Bash exited', [{ text: 'Bash exited', look: 'c1 b' }]],
  ['##[other]kept', [{ text: '##[other]kept', look: '' }]],
  ['a\u001b[2Kb\u001b]0;title\u0007c', [{ text: 'abc', look: '' }]],
  ['\u001b[38;5;4mindexed', [{ text: 'indexed', look: '' }]],
])('%j', (line, want) => expect(spans(line)).toEqual(want))

test('no escape survives', () => {
  for (const line of ['\u001b', '\u001b[', '\u001b[31', '\u001b]0;never ended', '\u001b\u001b[31mx', '\u001bPq']) expect(plain(line)).not.toContain('\u001b')
})

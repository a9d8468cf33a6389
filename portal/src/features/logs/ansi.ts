/** A piece of a line in one look. */
export interface Span {
  text: string
  /** Names of classes: c1 to c7 for colours, b for bold. */
  look: string
}

const sequence = /\u001b\[([0-9;]*)m/g
// Everything else that moves a cursor or sets a title has no place in a log.

const rest = /\u001b(?:\[[0-9;?]*[A-Za-ln-z]|\][^\u0007]*(?:\u0007|$)|.?)/g

/** What Azure Pipelines writes before a line to say what it is. */
const commands: Record<string, { colour: number; bold: boolean }> = {
  section: { colour: 6, bold: true }, command: { colour: 4, bold: false }, error: { colour: 1, bold: true }, warning: { colour: 3, bold: false }, debug: { colour: 5, bold: false }, group: { colour: 6, bold: false },
}

/** Splits a line at its colour codes (SGR); the codes themselves never show. */
export function spans(written: string): Span[] {
  const found: Span[] = []
  const command = /^##\[(\w+)\]/.exec(written)
  const known = command ? commands[command[1] ?? ''] : undefined
  const line = command && known ? written.slice(command[0].length) : written
  let { colour, bold } = known ?? { colour: 0, bold: false }
  let from = 0
  const push = (text: string) => {
    const clean = text.replace(rest, '')
    if (clean) found.push({ text: clean, look: [colour ? `c${colour}` : '', bold ? 'b' : ''].filter(Boolean).join(' ') })
  }
  for (const match of line.matchAll(sequence)) {
    push(line.slice(from, match.index))
    from = match.index + match[0].length
    for (const code of (match[1] || '0').split(';').map(Number)) {
      if (code === 0) { colour = 0; bold = false }
      else if (code === 1) bold = true
      else if (code === 22) bold = false
      else if (code === 39) colour = 0
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) colour = code % 10
    }
  }
  push(line.slice(from))
  return found
}

/** The text of a line alone. */
export const plain = (line: string) => spans(line).map((s) => s.text).join('')

import type { Schemas } from '@/shared/api/client'
import { plain, type Span } from './ansi'

export interface Numbered {
  line: Schemas['LogLine']
  /** From 1 on, in the whole log. */
  number: number
}

/** The lines of a step that hold a text, whatever its case. */
export function matching(lines: Schemas['LogLine'][], step: string | undefined, find: string): Numbered[] {
  const wanted = find.toLowerCase()
  return lines
    .map((line, n) => ({ line, number: n + 1 }))
    .filter(({ line }) => (!step || line.step === step) && (!wanted || plain(line.text).toLowerCase().includes(wanted)))
}

/** The line in which the first error is told: Azure Pipelines' own mark, or the engine's. */
export function firstError(lines: Numbered[]): number | undefined {
  return lines.find(({ line }) => line.text.startsWith('##[error]') || /^[\s│╷]*Error: /.test(plain(line.text)))?.number
}

export interface Piece {
  text: string
  look: string
  found: boolean
}

/** The pieces of a line with what was looked for set apart, where it stands within one colour. */
export function pieces(spans: Span[], find: string): Piece[] {
  const wanted = find.toLowerCase()
  if (!wanted) return spans.map((s) => ({ ...s, found: false }))
  return spans.flatMap(({ text, look }) => {
    const parts: Piece[] = []
    const lower = text.toLowerCase()
    let from = 0
    // A letter that changes its length with its case would shift everything; then nothing is set apart.
    if (lower.length !== text.length) return [{ text, look, found: false }]
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
      if (at > from) parts.push({ text: text.slice(from, at), look, found: false })
      from = at + wanted.length
      parts.push({ text: text.slice(at, from), look, found: true })
    }
    if (from < text.length) parts.push({ text: text.slice(from), look, found: false })
    return parts
  })
}

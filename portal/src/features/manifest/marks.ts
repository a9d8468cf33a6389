import { tokensOf } from '@/features/schema-form/pointer'
import { faultsOf, type Fault } from '@/features/schema-form/validate'
import type { JsonSchema } from '@/features/schema-form/schema'
import { rangeOf, read } from './text'

/** What is wrong with a manifest, and where in its text. */
export interface Mark {
  from: number
  to: number
  line: number
  message: string
  pointer: string
}

/** Everything that is known to be wrong with a text: what YAML, the schema and then the platform say. */
export function marksOf(schema: JsonSchema, text: string, told: Fault[]): Mark[] {
  const { manifest, fault } = read(text)
  if (fault) return [{ ...fault, pointer: '' }]
  const own = faultsOf(schema, manifest, true)
  const all = [...own, ...told.filter((t) => !own.some((o) => o.pointer === t.pointer))]
  return all.map(({ pointer, text: message }) => {
    const [from, to] = rangeOf(text, tokensOf(pointer))
    return { from, to, line: text.slice(0, from).split('\n').length, message, pointer }
  })
}

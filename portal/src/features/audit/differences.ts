import { valueText } from '@/shared/value'

export interface Difference {
  /** Such as members[0].role. */
  path: string
  /** undefined where there was nothing. */
  before: string | undefined
  after: string | undefined
}

/** What differs between two states, leaf by leaf, in the order of the paths. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [leaves(before), leaves(after)]
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => (was.get(path) === is.get(path) ? [] : [{ path, before: was.get(path), after: is.get(path) }]))
}

function leaves(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into
  if (Array.isArray(value)) value.forEach((v, n) => leaves(v, `${path}[${n}]`, into))
  else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([k, v]) => leaves(v, path ? `${path}.${k}` : k, into))
  else into.set(path || '(all)', valueText(value))
  return into
}

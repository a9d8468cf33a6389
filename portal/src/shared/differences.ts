/** A leaf that is not the same in two values; undefined where it is not. */
export interface Difference {
  /** Such as members[0].role; empty for the whole. */
  path: string
  before: unknown
  after: unknown
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** The leaves in which two values differ, by path. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isObject(before ?? after) && isObject(after ?? before)) {
    const [a, b] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>]
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], path ? `${path}.${key}` : key))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, n) => n).flatMap((n) => differences(before[n], after[n], `${path}[${n}]`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }]
}

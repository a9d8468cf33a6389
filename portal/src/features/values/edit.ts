import type { Schemas } from '@/shared/api/client'

type Value = Schemas['Value']

export const validKey = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/

export const valueAt = (values: Schemas['Values'], key: string): Value | undefined => values.value.find((v) => v.key === key)

/** Whether a key holds something else than it did: then one's own change would undo somebody's. */
export function changedMeanwhile(key: string, before: Schemas['Values'], now: Schemas['Values']): boolean {
  const content = (v: Value | undefined) => v && JSON.stringify([v.secret, v.reference, v.value, v.origin])
  return content(valueAt(before, key)) !== content(valueAt(now, key))
}

/** What was text stays text, even when it looks like a number. */
export function valueOf(text: string, type: Value['type'] | undefined): unknown {
  if (type === 'string') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** A value as it is edited; a secret is written anew, since nobody can read it. */
export function editText(value: Partial<Value>): string {
  if (value.secret || value.value === undefined) return ''
  return typeof value.value === 'string' ? value.value : JSON.stringify(value.value)
}

import type { Schemas } from '@/shared/api/client'

type Value = Schemas['Value']

/** What a promotion with values sets at its target: the plain ones of the source's own that differ. Secrets are named and stay. */
export function goingAlong(source: Value[], target: Value[]): { set: { key: string; before: Value | undefined; after: Value }[]; secrets: string[] } {
  const there = new Map(target.map((v) => [v.key, v]))
  const own = (v: Value | undefined) => v && v.origin === 'environment' && !v.secret && JSON.stringify(v.value)
  return {
    set: source.filter((v) => !v.secret && own(there.get(v.key)) !== JSON.stringify(v.value)).map((after) => ({ key: after.key, before: there.get(after.key), after })),
    secrets: source.filter((v) => v.secret).map((v) => v.key),
  }
}

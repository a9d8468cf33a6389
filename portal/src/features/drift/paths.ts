import type { Schemas } from '@/shared/api/client'

/** What of a resource can be ignored: each property that drifted, and what it is part of: containers[1] and containers. */
export function pathsOf({ properties }: Pick<Schemas['DriftedResource'], 'properties'>): string[] {
  const found = new Set<string>()
  for (const { path } of properties) {
    for (const end of [...path.matchAll(/[.[]/g)].map((m) => m.index)) if (end > 0) found.add(path.slice(0, end))
    found.add(path)
  }
  return [...found].sort()
}

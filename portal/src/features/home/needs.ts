import { isFinal } from '@/features/operations/api/get-operation'
import type { Schemas } from '@/shared/api/client'

type Operation = Schemas['Operation']

export interface Needs {
  waiting: Operation[]
  running: Operation[]
  failed: Operation[]
  recent: Operation[]
}

/** What needs somebody, from the operations of all projects: a failure counts until its environment did something better. */
export function needsOf(operations: Operation[]): Needs {
  const newest = [...operations].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const seen = new Set<string>()
  const failed = newest.filter((o) => {
    if (!isFinal(o) || o.mode === 'plan' || o.mode === 'drift') return false
    const first = !seen.has(o.resource)
    seen.add(o.resource)
    return first && o.status === 'Failed'
  })
  const open = newest.filter((o) => !isFinal(o))
  return { waiting: open.filter((o) => o.stage === 'awaitingApproval'), running: open.filter((o) => o.stage !== 'awaitingApproval'), failed, recent: newest.slice(0, 15) }
}

const days = 86_400_000

/** The environments that are deleted by themselves within three days, the next one first. What is protected stays. */
export function expiringSoon(environments: Schemas['Environment'][], now: Date): Schemas['Environment'][] {
  return environments
    .filter((e) => e.expiresAt && !e.protection && Date.parse(e.expiresAt) - now.getTime() < 3 * days && e.state !== 'deleted' && e.state !== 'deleting')
    .sort((a, b) => (a.expiresAt ?? '').localeCompare(b.expiresAt ?? ''))
}

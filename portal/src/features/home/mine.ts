import type { Schemas } from '@/shared/api/client'

type Home = Schemas['Home']

/** What of it the person asked for or made. What waits for him is his in any case. */
export function mineOf(home: Home, me: string): Home {
  const asked = (list: Schemas['Operation'][]) => list.filter((o) => o.requestedBy === me)
  return { ...home, running: asked(home.running), failed: asked(home.failed), recent: asked(home.recent), expiring: home.expiring.filter((e) => e.createdBy === me) }
}

/** Whether there is a project, and nothing ever happened in any. */
export const isUntouched = (home: Home) => home.approvals.length + home.running.length + home.failed.length + home.recent.length + home.expiring.length === 0

import { useMe } from '@/features/me/api/get-me'
import { useMyActions } from '@/features/me/api/list-my-actions'

/** Where to begin: the whole platform for who may read it, else the first place where one holds a role; null when there is none. Until
 * that is known it is undefined, and queries tell whether it failed. */
export function useFirstScope() {
  const me = useMe()
  const everywhere = useMyActions('/')
  const queries = [me, everywhere]
  const scope = (): string | null | undefined => {
    if (everywhere.data?.includes('assignments/read')) return '/'
    if (!everywhere.data || !me.data) return undefined
    const project = me.data.projects[0]
    const team = me.data.teams?.[0]
    return project ? `/projects/${project.project}` : team ? `/teams/${team.team}` : null
  }
  return { scope: scope(), queries }
}

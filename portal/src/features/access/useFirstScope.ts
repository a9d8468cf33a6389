import { useMe } from '@/features/me/api/get-me'
import { useMyActions } from '@/features/me/api/list-my-actions'

/** Where to begin: the whole platform for who may read it, else the first place where one holds a role; null when there is none. */
export function useFirstScope(): string | null | undefined {
  const me = useMe().data
  const everywhere = useMyActions('/')
  if (everywhere.data?.includes('assignments/read')) return '/'
  if (!everywhere.data || !me) return undefined
  const project = me.projects[0]
  const team = me.teams?.[0]
  return project ? `/projects/${project.project}` : team ? `/teams/${team.team}` : null
}

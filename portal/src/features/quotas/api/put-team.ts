import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** Gives a team another quota. Its members are not spoken of, so they stay. */
const putTeam = async ({ before, quota }: { before: Schemas['Team']; quota?: Schemas['Quota'] | undefined }) =>
  bodyOf(await api.PUT('/teams/{team}', { params: { path: { team: before.name }, header: { 'If-Match': before.etag } }, body: { title: before.title, quota } }))

export function usePutTeam(team: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: putTeam, onSettled: () => queries.invalidateQueries({ queryKey: ['teams', team] }) })
}

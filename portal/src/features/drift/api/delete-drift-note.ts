import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { driftQuery } from './get-drift-report'

const deleteDriftNote = async (project: string, environment: string, note: string) =>
  bodyOf(await api.DELETE('/projects/{project}/environments/{environment}/drift/notes/{note}', { params: { path: { project, environment, note } } }))

export function useDeleteDriftNote(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (note: string) => deleteDriftNote(project, environment, note),
    onSettled: () => queries.invalidateQueries({ queryKey: driftQuery(project, environment).queryKey }),
  })
}

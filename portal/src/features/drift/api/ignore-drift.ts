import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { driftQuery } from './get-drift-report'

const ignoreDrift = async (project: string, environment: string, body: Schemas['DriftNoteSpec']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/drift/notes', { params: { path: { project, environment } }, body }))

/** The answer is the report with the note in it. */
export function useIgnoreDrift(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['DriftNoteSpec']) => ignoreDrift(project, environment, body),
    onSuccess: (report) => queries.setQueryData(driftQuery(project, environment).queryKey, report),
  })
}

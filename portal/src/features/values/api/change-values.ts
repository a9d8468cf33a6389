import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const changeValues = async (project: string, environment: string, body: Schemas['ValueChanges']) =>
  bodyOf(await api.PATCH('/projects/{project}/environments/{environment}/values', { params: { path: { project, environment } }, body }))

export function useChangeValues(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['ValueChanges']) => changeValues(project, environment, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project, 'environments', environment, 'values'] }),
  })
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const extendEnvironment = async (project: string, environment: string, by: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/extension', { params: { path: { project, environment } }, body: { by } }))

export function useExtendEnvironment(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (by: string) => extendEnvironment(project, environment, by), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

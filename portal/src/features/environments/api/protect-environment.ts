import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const protectEnvironment = async (project: string, environment: string, reason: string) =>
  bodyOf(await api.PUT('/projects/{project}/environments/{environment}/protection', { params: { path: { project, environment } }, body: { reason } }))

export function useProtectEnvironment(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (reason: string) => protectEnvironment(project, environment, reason), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

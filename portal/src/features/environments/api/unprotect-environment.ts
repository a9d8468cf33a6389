import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const unprotectEnvironment = async (project: string, environment: string) =>
  bodyOf(await api.DELETE('/projects/{project}/environments/{environment}/protection', { params: { path: { project, environment } } }))

export function useUnprotectEnvironment(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: () => unprotectEnvironment(project, environment), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

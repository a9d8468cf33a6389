import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { useRefresh } from '../useRefresh'

const unprotectEnvironment = async (project: string, environment: string) =>
  bodyOf(await api.DELETE('/projects/{project}/environments/{environment}/protection', { params: { path: { project, environment } } }))

export function useUnprotectEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => unprotectEnvironment(project, environment), onSettled: refresh })
}

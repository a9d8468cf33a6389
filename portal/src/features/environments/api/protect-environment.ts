import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { useRefresh } from '../useRefresh'

const protectEnvironment = async (project: string, environment: string, reason: string) =>
  bodyOf(await api.PUT('/projects/{project}/environments/{environment}/protection', { params: { path: { project, environment } }, body: { reason } }))

export function useProtectEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (reason: string) => protectEnvironment(project, environment, reason), onSettled: refresh })
}

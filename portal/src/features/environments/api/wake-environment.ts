import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'
import { useRefresh } from '../useRefresh'

const wakeEnvironment = async (project: string, environment: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/wake', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } } }))

export function useWakeEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => wakeEnvironment(project, environment), onSettled: refresh })
}

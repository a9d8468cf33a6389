import { useMutation } from '@tanstack/react-query'
import { useRefresh } from '@/features/environments/useRefresh'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const putBackDrift = async (project: string, environment: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/drift/put-back', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } } }))

export function usePutBackDrift(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => putBackDrift(project, environment), onSettled: refresh })
}

import { useMutation } from '@tanstack/react-query'
import { useRefresh } from '@/features/environments/useRefresh'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const checkDrift = async (project: string, environment: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/drift', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } } }))

export function useCheckDrift(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => checkDrift(project, environment), onSettled: refresh })
}

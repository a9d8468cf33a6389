import { useMutation } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'
import { useRefresh } from '../useRefresh'

const forceDeleteEnvironment = async (project: string, environment: string, body: Schemas['ForcedDeletion']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/forced-deletion', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } }, body }))

export function useForceDeleteEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (body: Schemas['ForcedDeletion']) => forceDeleteEnvironment(project, environment, body), onSettled: refresh })
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const checkDrift = async (project: string, environment: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/drift', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } } }))

export function useCheckDrift(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: () => checkDrift(project, environment), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const createDeployment = async (project: string, environment: string, body: Schemas['DeploymentSpec']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/deployments', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } }, body }))

export function useCreateDeployment(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['DeploymentSpec']) => createDeployment(project, environment, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }),
  })
}

import { useMutation } from '@tanstack/react-query'
import { useRefresh } from '@/features/environments/useRefresh'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

/** With ifMatch, only if the environment is still what it was under this ETag. */
type Wanted = Schemas['DeploymentSpec'] & { ifMatch?: string }

const createDeployment = async (project: string, environment: string, { ifMatch, ...body }: Wanted) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/deployments', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId(), ...(ifMatch ? { 'If-Match': ifMatch } : {}) } }, body }))

export function useCreateDeployment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({
    mutationFn: (wanted: Wanted) => createDeployment(project, environment, wanted),
    onSettled: refresh,
  })
}

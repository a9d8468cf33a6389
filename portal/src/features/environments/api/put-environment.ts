import { useMutation } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'
import { useRefresh } from '../useRefresh'

interface Creation {
  environment: string
  spec: Schemas['EnvironmentSpec']
}

/** Creates an environment and answers the id of the operation that builds it. A name that is taken is refused. */
async function createEnvironment(project: string, { environment, spec }: Creation) {
  const answer = await api.PUT('/projects/{project}/environments/{environment}', {
    params: { path: { project, environment }, header: { 'If-None-Match': '*', 'Operation-Id': newOperationId() } },
    body: spec,
  })
  const created = bodyOf(answer)
  return answer.response.headers.get('Operation-Id') ?? created.activeOperation
}

export function useCreateEnvironment(project: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (creation: Creation) => createEnvironment(project, creation), onSettled: refresh })
}

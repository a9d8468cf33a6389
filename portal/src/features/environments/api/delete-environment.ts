import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'
import { useRefresh } from '../useRefresh'

/** The operation that deletes; undefined when there was nothing to delete. */
async function deleteEnvironment(project: string, environment: string, etag: string) {
  const answer = await api.DELETE('/projects/{project}/environments/{environment}', { params: { path: { project, environment }, header: { 'If-Match': etag, 'Operation-Id': newOperationId() } } })
  return bodyOf(answer) as { id: string } | undefined
}

export function useDeleteEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (etag: string) => deleteEnvironment(project, environment, etag), onSettled: refresh })
}

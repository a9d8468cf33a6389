import { useMutation } from '@tanstack/react-query'
import { useRefresh } from '@/features/environments/useRefresh'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const adoptDrift = async (project: string, environment: string, body: Schemas['DriftAdoptionSpec']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/drift/adoptions', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } }, body }))

export function useAdoptDrift(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (body: Schemas['DriftAdoptionSpec']) => adoptDrift(project, environment, body), onSettled: refresh })
}

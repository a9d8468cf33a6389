import { useMutation } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { useRefresh } from '../useRefresh'

const extendEnvironment = async (project: string, environment: string, body: Schemas['ExtensionRequest']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/extension', { params: { path: { project, environment } }, body }))

export function useExtendEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (body: Schemas['ExtensionRequest']) => extendEnvironment(project, environment, body), onSettled: refresh })
}

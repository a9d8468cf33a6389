import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'
import { useRefresh } from '../useRefresh'

const hibernateEnvironment = async (project: string, environment: string) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/hibernate', { params: { path: { project, environment }, header: { 'Operation-Id': newOperationId() } } }))

export function useHibernateEnvironment(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => hibernateEnvironment(project, environment), onSettled: refresh })
}

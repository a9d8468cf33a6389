import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { useRefresh } from '../useRefresh'

const removeCalendar = async (project: string, environment: string) =>
  bodyOf(await api.DELETE('/projects/{project}/environments/{environment}/calendar', { params: { path: { project, environment } } }))

export function useRemoveCalendar(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: () => removeCalendar(project, environment), onSettled: refresh })
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const removeCalendar = async (project: string, environment: string) =>
  bodyOf(await api.DELETE('/projects/{project}/environments/{environment}/calendar', { params: { path: { project, environment } } }))

export function useRemoveCalendar(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: () => removeCalendar(project, environment), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

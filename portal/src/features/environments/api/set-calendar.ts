import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const setCalendar = async (project: string, environment: string, body: Schemas['CalendarRequest']) =>
  bodyOf(await api.PUT('/projects/{project}/environments/{environment}/calendar', { params: { path: { project, environment } }, body }))

export function useSetCalendar(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (body: Schemas['CalendarRequest']) => setCalendar(project, environment, body), onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

import { useMutation } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { useRefresh } from '../useRefresh'

const setCalendar = async (project: string, environment: string, body: Schemas['CalendarRequest']) =>
  bodyOf(await api.PUT('/projects/{project}/environments/{environment}/calendar', { params: { path: { project, environment } }, body }))

export function useSetCalendar(project: string, environment: string) {
  const refresh = useRefresh(project)
  return useMutation({ mutationFn: (body: Schemas['CalendarRequest']) => setCalendar(project, environment, body), onSettled: refresh })
}

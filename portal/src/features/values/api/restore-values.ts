import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const restoreValues = async (project: string, environment: string, version: number) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/value-restorations', { params: { path: { project, environment } }, body: { version } }))

export function useRestoreValues(project: string, environment: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (version: number) => restoreValues(project, environment, version),
    onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project, 'environments', environment, 'values'] }),
  })
}

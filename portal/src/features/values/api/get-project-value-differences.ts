import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getProjectValueDifferences = async (project: string, from: number, to: number, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/value-differences', { params: { path: { project }, query: { from, to } }, signal }))

/** Versions never change, so it is asked once. */
export const projectValueDifferencesQuery = (project: string, from: number, to: number) =>
  queryOptions({ queryKey: ['projects', project, 'value-differences', from, to], queryFn: ({ signal }) => getProjectValueDifferences(project, from, to, signal), staleTime: Infinity })

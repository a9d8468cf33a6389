import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getEnvironmentValueDifferences = async (project: string, environment: string, from: number, to: number, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/value-differences', { params: { path: { project, environment }, query: { from, to } }, signal }))

/** Versions never change, so it is asked once. */
export const environmentValueDifferencesQuery = (project: string, environment: string, from: number, to: number) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'value-differences', from, to], queryFn: ({ signal }) => getEnvironmentValueDifferences(project, environment, from, to, signal), staleTime: Infinity })

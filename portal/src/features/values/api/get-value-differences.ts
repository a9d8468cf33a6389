import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getValueDifferences = async (project: string, environment: string, to: number, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/value-differences', { params: { path: { project, environment }, query: { to } }, signal }))

/** What a version changed. A version never changes, so it is asked once. */
export const valueDifferencesQuery = (project: string, environment: string, to: number) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'value-differences', to], queryFn: ({ signal }) => getValueDifferences(project, environment, to, signal), staleTime: Infinity })

export const useValueDifferences = (project: string, environment: string, to: number) => useQuery(valueDifferencesQuery(project, environment, to))

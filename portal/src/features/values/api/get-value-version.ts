import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getValueVersion = async (project: string, environment: string, valueVersion: number, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/value-versions/{valueVersion}', { params: { path: { project, environment, valueVersion } }, signal }))

/** A version never changes, so it is asked once. */
export const valueVersionQuery = (project: string, environment: string, version: number) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'value-version', version], queryFn: ({ signal }) => getValueVersion(project, environment, version, signal), staleTime: Infinity })

export const useEnvironmentValueVersion = (project: string, environment: string, version: number) => useQuery(valueVersionQuery(project, environment, version))

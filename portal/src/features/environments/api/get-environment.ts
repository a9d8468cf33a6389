import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getEnvironment = async (project: string, environment: string, signal?: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}', { params: { path: { project, environment } }, signal }))

export const environmentQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: ['projects', project, 'environments', environment],
    queryFn: ({ signal }) => getEnvironment(project, environment, signal),
    refetchInterval: (query) => (query.state.data?.activeOperation ? 2_000 : 15_000),
  })

export const useEnvironment = (project: string, environment: string) => useQuery(environmentQuery(project, environment))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listEnvironments = (project: string, signal?: AbortSignal) =>
  allPages(async (pageToken) =>
    bodyOf(await api.GET('/projects/{project}/environments', { params: { path: { project }, query: { maxpagesize: 200, pageToken } }, signal })))

export const environmentsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'environments'],
    queryFn: ({ signal }) => listEnvironments(project, signal),
    refetchInterval: (query) => (query.state.data?.some((e) => e.activeOperation) ? 3_000 : 15_000),
  })

export const useEnvironments = (project: string) => useQuery(environmentsQuery(project))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listValueVersions = async (project: string, environment: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/value-versions', { params: { path: { project, environment }, query: { maxpagesize: 50 } }, signal })).value

export const valueVersionsQuery = (project: string, environment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'values', 'versions'], queryFn: ({ signal }) => listValueVersions(project, environment, signal) })

export const useValueVersions = (project: string, environment: string) => useQuery(valueVersionsQuery(project, environment))

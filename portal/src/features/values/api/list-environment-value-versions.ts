import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listEnvironmentValueVersions = async (project: string, environment: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/value-versions', { params: { path: { project, environment }, query: { maxpagesize: 50 } }, signal })).value

export const environmentValueVersionsQuery = (project: string, environment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'values', 'versions'], queryFn: ({ signal }) => listEnvironmentValueVersions(project, environment, signal) })

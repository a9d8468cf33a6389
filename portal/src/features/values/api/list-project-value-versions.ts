import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listProjectValueVersions = async (project: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/value-versions', { params: { path: { project }, query: { maxpagesize: 50 } }, signal })).value

export const projectValueVersionsQuery = (project: string) =>
  queryOptions({ queryKey: ['projects', project, 'values', 'versions'], queryFn: ({ signal }) => listProjectValueVersions(project, signal) })

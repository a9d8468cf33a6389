import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getProjectUsage = async (project: string, signal?: AbortSignal) => bodyOf(await api.GET('/projects/{project}/usage', { params: { path: { project } }, signal }))

export const projectUsageQuery = (project: string) => queryOptions({ queryKey: ['projects', project, 'usage'], queryFn: ({ signal }) => getProjectUsage(project, signal), refetchInterval: 15_000 })

export const useProjectUsage = (project: string) => useQuery(projectUsageQuery(project))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getDriftReport = async (project: string, environment: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/drift', { params: { path: { project, environment } }, signal }))

export const driftQuery = (project: string, environment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'drift'], queryFn: ({ signal }) => getDriftReport(project, environment, signal), refetchInterval: 15_000 })

export const useDriftReport = (project: string, environment: string) => useQuery(driftQuery(project, environment))

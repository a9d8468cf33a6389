import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listDeployments = async (project: string, environment: string, signal?: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/deployments', { params: { path: { project, environment }, query: { maxpagesize: 50 } }, signal })).value

export const deploymentsQuery = (project: string, environment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'deployments'], queryFn: ({ signal }) => listDeployments(project, environment, signal), refetchInterval: 15_000 })

export const useDeployments = (project: string, environment: string) => useQuery(deploymentsQuery(project, environment))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getDeployment = async (project: string, environment: string, deployment: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/deployments/{deployment}', { params: { path: { project, environment, deployment } }, signal }))

export const deploymentQuery = (project: string, environment: string, deployment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'deployments', deployment], queryFn: ({ signal }) => getDeployment(project, environment, deployment, signal) })

/** With no deployment known yet it asks nothing. */
export const useDeployment = (project: string, environment: string, deployment: string | undefined) =>
  useQuery({ ...deploymentQuery(project, environment, deployment ?? ''), enabled: !!deployment })

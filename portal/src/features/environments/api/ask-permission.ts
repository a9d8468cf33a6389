import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

/** Asks whether one may do something in an environment. Nothing is stored by the question, so it is asked like something that is read. */
const askPermission = async (project: string, environment: string, action: string, signal: AbortSignal) =>
  bodyOf(await api.POST('/access/explain', { body: { action, scope: `/projects/${project}/environments/${environment}` }, signal }))

export const permissionQuery = (project: string, environment: string, action: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'may', action], queryFn: ({ signal }) => askPermission(project, environment, action, signal), staleTime: 60_000 })

export const usePermission = (project: string, environment: string, action: string) => useQuery(permissionQuery(project, environment, action))

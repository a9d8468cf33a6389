import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getValues = async (project: string, environment: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/environments/{environment}/values', { params: { path: { project, environment } }, signal }))

export const valuesQuery = (project: string, environment: string) =>
  queryOptions({ queryKey: ['projects', project, 'environments', environment, 'values'], queryFn: ({ signal }) => getValues(project, environment, signal) })

export const useValues = (project: string, environment: string) => useQuery(valuesQuery(project, environment))

import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getEnvironmentValues = async (project: string, environment: string, signal: AbortSignal) => bodyOf(await api.GET('/projects/{project}/environments/{environment}/values', { params: { path: { project, environment } }, signal }))

export const environmentValuesQuery = (project: string, environment: string) => queryOptions({ queryKey: ['projects', project, 'environments', environment, 'values'], queryFn: ({ signal }) => getEnvironmentValues(project, environment, signal) })

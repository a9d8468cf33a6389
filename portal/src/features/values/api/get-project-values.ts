import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getProjectValues = async (project: string, signal: AbortSignal) => bodyOf(await api.GET('/projects/{project}/values', { params: { path: { project } }, signal }))

export const projectValuesQuery = (project: string) => queryOptions({ queryKey: ['projects', project, 'values'], queryFn: ({ signal }) => getProjectValues(project, signal) })

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getProject = async (project: string, signal?: AbortSignal) => bodyOf(await api.GET('/projects/{project}', { params: { path: { project } }, signal }))

export const projectQuery = (project: string) => queryOptions({ queryKey: ['projects', project], queryFn: ({ signal }) => getProject(project, signal) })

export const useProject = (project: string) => useQuery(projectQuery(project))

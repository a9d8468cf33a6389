import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listProjects = (signal?: AbortSignal) =>
  allPages(async (pageToken) => bodyOf(await api.GET('/projects', { params: { query: { maxpagesize: 200, pageToken } }, signal })))

export const projectsQuery = queryOptions({ queryKey: ['projects'], queryFn: ({ signal }) => listProjects(signal), refetchInterval: 30_000 })

export const useProjects = () => useQuery(projectsQuery)

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listTeams = (signal?: AbortSignal) => allPages(async (pageToken) => bodyOf(await api.GET('/teams', { params: { query: { maxpagesize: 200, pageToken } }, signal })))

export const teamsQuery = queryOptions({ queryKey: ['teams'], queryFn: ({ signal }) => listTeams(signal), staleTime: 30_000 })

export const useTeams = () => useQuery(teamsQuery)

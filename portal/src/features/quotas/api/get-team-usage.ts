import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getTeamUsage = async (team: string, signal?: AbortSignal) => bodyOf(await api.GET('/teams/{team}/usage', { params: { path: { team } }, signal }))

export const teamUsageQuery = (team: string) => queryOptions({ queryKey: ['teams', team, 'usage'], queryFn: ({ signal }) => getTeamUsage(team, signal), refetchInterval: 15_000 })

export const useTeamUsage = (team: string) => useQuery(teamUsageQuery(team))

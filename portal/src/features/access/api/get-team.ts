import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getTeam = async (team: string, signal?: AbortSignal) => bodyOf(await api.GET('/teams/{team}', { params: { path: { team } }, signal }))

export const teamQuery = (team: string) => queryOptions({ queryKey: ['teams', team], queryFn: ({ signal }) => getTeam(team, signal) })

export const useTeam = (team: string) => useQuery(teamQuery(team))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listRoles = async (signal?: AbortSignal) => bodyOf(await api.GET('/roles', { signal })).value

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => listRoles(signal), staleTime: 60_000 })

export const useRoles = () => useQuery(rolesQuery)

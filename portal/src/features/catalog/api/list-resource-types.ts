import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listResourceTypes = async (signal: AbortSignal) => bodyOf(await api.GET('/resource-types', { signal })).value

export const resourceTypesQuery = queryOptions({ queryKey: ['resource-types'], queryFn: ({ signal }) => listResourceTypes(signal), staleTime: 60_000 })

export const useResourceTypes = () => useQuery(resourceTypesQuery)

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getResourceType = async (resourceType: string, signal: AbortSignal) => bodyOf(await api.GET('/resource-types/{resourceType}', { params: { path: { resourceType } }, signal }))

export const resourceTypeQuery = (resourceType: string) => queryOptions({ queryKey: ['resource-types', resourceType], queryFn: ({ signal }) => getResourceType(resourceType, signal), staleTime: 60_000 })

export const useResourceType = (resourceType: string) => useQuery(resourceTypeQuery(resourceType))

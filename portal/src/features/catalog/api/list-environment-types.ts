import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listEnvironmentTypes = async (signal?: AbortSignal) => bodyOf(await api.GET('/environment-types', { signal })).value

export const environmentTypesQuery = queryOptions({ queryKey: ['environment-types'], queryFn: ({ signal }) => listEnvironmentTypes(signal), staleTime: 60_000 })

export const useEnvironmentTypes = () => useQuery(environmentTypesQuery)

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listTemplates = async (signal?: AbortSignal) => bodyOf(await api.GET('/templates', { signal })).value

export const templatesQuery = queryOptions({ queryKey: ['templates'], queryFn: ({ signal }) => listTemplates(signal), staleTime: 60_000 })

export const useTemplates = () => useQuery(templatesQuery)

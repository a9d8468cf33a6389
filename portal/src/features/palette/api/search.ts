import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

/** More than these nobody reads; one more letter does better. */
const most = 30

const search = async (text: string, signal: AbortSignal) => bodyOf(await api.GET('/search', { params: { query: { q: text, maxpagesize: most } }, signal }))

/** What the platform finds. What holds no letter and no digit finds nothing, and is not asked for. */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => search(text, signal),
    enabled: /[\p{L}\p{N}]/u.test(text),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

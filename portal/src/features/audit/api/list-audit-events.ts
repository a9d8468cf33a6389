import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { tokenOf } from '@/shared/api/pages'

/** What the log is searched for; what is left out does not narrow. */
export interface AuditSearch {
  project?: string | undefined
  actor?: string | undefined
  action?: string | undefined
  outcome?: Schemas['AuditOutcome'] | undefined
  /** Times as a local date-and-time field gives them. */
  from?: string | undefined
  to?: string | undefined
}

const time = (local: string | undefined) => (local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : undefined)

export const listAuditEvents = async ({ from, to, ...search }: AuditSearch, pageToken: string | undefined, maxpagesize: number, signal?: AbortSignal) =>
  bodyOf(await api.GET('/audit-events', { params: { query: { ...search, from: time(from), to: time(to), maxpagesize, pageToken } }, signal }))

export const auditQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', search],
    queryFn: ({ pageParam, signal }) => listAuditEvents(search, pageParam, 50, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => tokenOf(page.nextLink),
  })

export const useAuditEvents = (search: AuditSearch) => useInfiniteQuery(auditQuery(search))

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listVersions = (kind: Schemas['CatalogKind'], name: string, signal: AbortSignal) =>
  allPages(async (pageToken) => bodyOf(await api.GET('/catalog/items', { params: { query: { kind, name, maxpagesize: 200, pageToken } }, signal })))

export const versionsQuery = (kind: Schemas['CatalogKind'], name: string) =>
  queryOptions({ queryKey: ['catalog', kind, name], queryFn: ({ signal }) => listVersions(kind, name, signal), staleTime: 30_000 })

/** Every published version of something in the catalog, in the order of publication. */
export const useVersions = (kind: Schemas['CatalogKind'], name: string) => useQuery(versionsQuery(kind, name))

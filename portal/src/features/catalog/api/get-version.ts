import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const getVersion = async (kind: Schemas['CatalogKind'], name: string, version: string, signal: AbortSignal) =>
  bodyOf(await api.GET('/catalog/items/{kind}/{name}/{version}', { params: { path: { kind, name, version } }, signal }))

export const versionQuery = (kind: Schemas['CatalogKind'], name: string, version: string) =>
  queryOptions({ queryKey: ['catalog', kind, name, version], queryFn: ({ signal }) => getVersion(kind, name, version, signal), staleTime: 60_000 })

/** One published version with its document. With no version wanted it asks nothing. */
export const useVersion = (kind: Schemas['CatalogKind'], name: string, version: string | undefined) => useQuery({ ...versionQuery(kind, name, version ?? ''), enabled: !!version })

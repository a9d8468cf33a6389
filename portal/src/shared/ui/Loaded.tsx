import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorView } from './ErrorView'
import { Loading } from './Loading'

/** Draws what was asked for: a skeleton before, an error with retry in its place, the data otherwise. What is there stays while it is asked again. */
export function Loaded<T>({ query, rows, children }: { query: UseQueryResult<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.isError) return <ErrorView error={query.error} retry={() => void query.refetch()} />
  return <Loading {...(rows ? { rows } : {})} />
}

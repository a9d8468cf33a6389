import type { UseQueryResult } from '@tanstack/react-query'
import { ErrorView } from './ErrorView'

/** For pages that need several answers: the first that failed and is not there from before, with a retry of all that did. */
export function Failed({ queries }: { queries: UseQueryResult[] }) {
  const failed = queries.filter((q) => q.isError && q.data === undefined)
  return failed[0] ? <ErrorView error={failed[0].error} retry={() => failed.forEach((q) => void q.refetch())} /> : null
}

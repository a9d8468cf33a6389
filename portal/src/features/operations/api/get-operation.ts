import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** An operation with the ETag that a wait for news is asked with. */
export interface Watched {
  operation: Schemas['Operation']
  etag: string | null
}

/** How long one request waits for news, in seconds. */
const patience = 20

async function getOperation(operation: string, known: Watched | undefined, signal: AbortSignal): Promise<Watched> {
  const waits = known?.etag && !isFinal(known.operation)
  const answer = await api.GET('/operations/{operation}', {
    params: { path: { operation }, ...(waits ? { query: { wait: patience }, header: { 'If-None-Match': known.etag ?? undefined } } : {}) },
    signal,
  })
  if (answer.response.status === 304 && known) return { ...known }
  return { operation: bodyOf(answer), etag: answer.response.headers.get('ETag') }
}

export const isFinal = (o: Schemas['Operation']) => o.status === 'Succeeded' || o.status === 'Failed' || o.status === 'Canceled'

/** Follows an operation: each answer is asked on at once, and the platform answers when there is news. */
export const operationQuery = (operation: string) =>
  queryOptions({
    queryKey: ['operations', operation],
    queryFn: ({ client, queryKey, signal }) => getOperation(operation, client.getQueryData<Watched>(queryKey), signal),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? 5_000 : state.data && isFinal(state.data.operation) ? false : 200),
  })

export const useOperation = (operation: string) => useQuery(operationQuery(operation))

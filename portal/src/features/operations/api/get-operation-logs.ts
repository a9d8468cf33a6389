import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

export interface Log {
  lines: Schemas['LogLine'][]
  next: string
  complete: boolean
}

/** How many pages one reading takes; what is more comes with the next. */
const mostPages = 20

/** Reads on from where the last reading ended. */
async function getOperationLogs(operation: string, known: Log | undefined, signal: AbortSignal): Promise<Log> {
  let log: Log = known ?? { lines: [], next: '', complete: false }
  for (let n = 0; n < mostPages && !log.complete; n++) {
    const page = bodyOf(await api.GET('/operations/{operation}/logs', { params: { path: { operation }, query: log.next ? { after: log.next } : {} }, signal }))
    log = { lines: page.value.length ? [...log.lines, ...page.value] : log.lines, next: page.next, complete: page.complete }
    if (page.value.length === 0) break
  }
  return log
}

export const operationLogsQuery = (operation: string) =>
  queryOptions({
    queryKey: ['operations', operation, 'logs'],
    queryFn: ({ client, queryKey, signal }) => getOperationLogs(operation, client.getQueryData<Log>(queryKey), signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.complete ? false : 1_500),
  })

export const useOperationLogs = (operation: string) => useQuery(operationLogsQuery(operation))

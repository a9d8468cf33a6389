import { QueryClient } from '@tanstack/react-query'
import { isPassing } from './problem'

/** Refusals are shown at once; what may pass is tried twice more. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (failures, error) => failures < 2 && isPassing(error) },
      mutations: { retry: false },
    },
  })
}

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { isNotFound } from '@/shared/api/problem'

/** Null for an operation that needs no approval. */
async function getApproval(operation: string, signal: AbortSignal) {
  try {
    return bodyOf(await api.GET('/operations/{operation}/approval', { params: { path: { operation } }, signal }))
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** It changes with the stage of the operation, and with what others say meanwhile. */
export const approvalQuery = (operation: string, stage: string) =>
  queryOptions({
    queryKey: ['operations', operation, 'approval', stage],
    queryFn: ({ signal }) => getApproval(operation, signal),
    refetchInterval: stage === 'awaitingApproval' ? 5_000 : false,
  })

export const useApproval = (operation: string, stage: string) => useQuery(approvalQuery(operation, stage))

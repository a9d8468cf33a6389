import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const cancelOperation = async (operation: string) => bodyOf(await api.POST('/operations/{operation}/cancellations', { params: { path: { operation } } }))

export function useCancelOperation(operation: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: () => cancelOperation(operation), onSettled: () => queries.invalidateQueries({ queryKey: ['operations', operation] }) })
}

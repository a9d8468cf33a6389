import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const rejectOperation = async (operation: string, body: Schemas['RejectionRequest']) =>
  bodyOf(await api.POST('/operations/{operation}/rejections', { params: { path: { operation } }, body }))

export function useRejectOperation(operation: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (body: Schemas['RejectionRequest']) => rejectOperation(operation, body), onSettled: () => queries.invalidateQueries({ queryKey: ['operations', operation] }) })
}

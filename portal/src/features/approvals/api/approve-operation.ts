import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const approveOperation = async (operation: string, body: Schemas['ApprovalRequest']) =>
  bodyOf(await api.POST('/operations/{operation}/approvals', { params: { path: { operation } }, body }))

export function useApproveOperation(operation: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (body: Schemas['ApprovalRequest']) => approveOperation(operation, body), onSettled: () => queries.invalidateQueries({ queryKey: ['operations', operation] }) })
}

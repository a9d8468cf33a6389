import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { newOperationId } from '@/shared/api/new-id'

const retryOperation = async (operation: string) =>
  bodyOf(await api.POST('/operations/{operation}/retries', { params: { path: { operation }, header: { 'Operation-Id': newOperationId() } } }))

export const useRetryOperation = (operation: string) => useMutation({ mutationFn: () => retryOperation(operation) })

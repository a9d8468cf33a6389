import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const deleteAssignment = async (assignment: string) => bodyOf(await api.DELETE('/assignments/{assignment}', { params: { path: { assignment } } }))

export function useDeleteAssignment() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: deleteAssignment, onSuccess: () => Promise.all(['assignments', 'projects', 'teams', 'me'].map((key) => queries.invalidateQueries({ queryKey: [key] }))) })
}

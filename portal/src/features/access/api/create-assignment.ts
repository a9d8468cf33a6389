import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const createAssignment = async (body: Schemas['AssignmentSpec']) => bodyOf(await api.POST('/assignments', { body }))

export function useCreateAssignment() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: createAssignment, onSuccess: () => Promise.all(['assignments', 'projects', 'teams', 'me'].map((key) => queries.invalidateQueries({ queryKey: [key] }))) })
}

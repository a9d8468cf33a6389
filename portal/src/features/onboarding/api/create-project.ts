import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

interface NewProject {
  project: string
  spec: Schemas['ProjectSpec']
}

/** Makes a project with all that belongs to it, or nothing. A name that is taken is refused. */
const createProject = async ({ project, spec }: NewProject) =>
  bodyOf(await api.PUT('/projects/{project}', { params: { path: { project }, header: { 'If-None-Match': '*' } }, body: spec }))

export function useCreateProject() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: createProject, onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['projects'] }), queries.invalidateQueries({ queryKey: ['teams'] }), queries.invalidateQueries({ queryKey: ['me'] })]) })
}

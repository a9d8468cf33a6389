import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

interface ProjectChange {
  before: Schemas['Project']
  quota?: Schemas['Quota'] | undefined
  budget?: Schemas['Budget'] | undefined
}

/** Gives a project another quota and budget. Everything else stays as it was read; its members are not spoken of. */
async function putProject({ before, quota, budget }: ProjectChange) {
  const { title, team, pins, environmentTypes } = before
  return bodyOf(await api.PUT('/projects/{project}', {
    params: { path: { project: before.name }, header: { 'If-Match': before.etag } },
    body: { title, team, pins, environmentTypes, quota, budget },
  }))
}

export function usePutProject(project: string) {
  const queries = useQueryClient()
  return useMutation({ mutationFn: putProject, onSettled: () => queries.invalidateQueries({ queryKey: ['projects', project] }) })
}

import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const previewProject = async (project: string, body: Schemas['ProjectSpec'], signal: AbortSignal) =>
  bodyOf(await api.POST('/projects/{project}/preview', { params: { path: { project }, header: { 'If-None-Match': '*' } }, body, signal }))

/** What making the project would do. Nothing is stored, so it is asked like something that is read. */
export const projectPreviewQuery = (project: string, spec: Schemas['ProjectSpec']) =>
  queryOptions({
    queryKey: ['project-preview', project, spec],
    queryFn: ({ signal }) => previewProject(project, spec, signal),
    placeholderData: (before) => before,
    retry: false,
  })

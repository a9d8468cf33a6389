import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** Changes the values only while they are those of the ETag. */
export const changeProjectValues = async (project: string, etag: string | undefined, body: Schemas['ValueChanges']) =>
  bodyOf(await api.PATCH('/projects/{project}/values', { params: { path: { project }, header: { 'If-Match': etag } }, body }))

import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** Restores values only while they are those of the ETag. */
export const restoreProjectValues = async (project: string, etag: string | undefined, body: Schemas['ValueRestoration']) =>
  bodyOf(await api.POST('/projects/{project}/value-restorations', { params: { path: { project }, header: { 'If-Match': etag } }, body }))

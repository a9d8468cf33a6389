import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** Restores values only while they are those of the ETag. */
export const restoreEnvironmentValues = async (project: string, environment: string, etag: string | undefined, body: Schemas['ValueRestoration']) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/value-restorations', { params: { path: { project, environment }, header: { 'If-Match': etag } }, body }))

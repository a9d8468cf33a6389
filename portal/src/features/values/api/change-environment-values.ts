import { api, bodyOf, type Schemas } from '@/shared/api/client'

/** Changes the values only while they are those of the ETag. */
export const changeEnvironmentValues = async (project: string, environment: string, etag: string | undefined, body: Schemas['ValueChanges']) =>
  bodyOf(await api.PATCH('/projects/{project}/environments/{environment}/values', { params: { path: { project, environment }, header: { 'If-Match': etag } }, body }))

import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const previewDeployment = async (project: string, environment: string, body: Schemas['EnvironmentSpec'], signal: AbortSignal) =>
  bodyOf(await api.POST('/projects/{project}/environments/{environment}/deployments/preview', { params: { path: { project, environment } }, body, signal }))

/** Nothing is stored by a preview, so it is asked like something that is read. */
export const previewQuery = (project: string, environment: string, spec: Schemas['EnvironmentSpec']) =>
  queryOptions({
    queryKey: ['preview', project, environment, spec],
    queryFn: ({ signal }) => previewDeployment(project, environment, spec, signal),
    placeholderData: (before) => before,
    retry: false,
  })

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Schemas } from '@/shared/api/client'
import { changeEnvironmentValues } from './api/change-environment-values'
import { changeProjectValues } from './api/change-project-values'
import { environmentValueDifferencesQuery } from './api/get-environment-value-differences'
import { environmentValuesQuery } from './api/get-environment-values'
import { projectValueDifferencesQuery } from './api/get-project-value-differences'
import { projectValuesQuery } from './api/get-project-values'
import { environmentValueVersionsQuery } from './api/list-environment-value-versions'
import { projectValueVersionsQuery } from './api/list-project-value-versions'
import { restoreEnvironmentValues } from './api/restore-environment-values'
import { restoreProjectValues } from './api/restore-project-values'

/** Where values are set: a project, or an environment of it. */
export interface ValueScope {
  project: string
  environment?: string | undefined
}

/** A change that is made only on the values that one has seen. Where nothing was ever set there is nothing to see. */
interface Change<B> {
  etag: string | undefined
  body: B
}

export const etagOf = ({ version, etag }: Schemas['Values']) => (version > 0 ? etag : undefined)

export const scopeName = ({ project, environment }: ValueScope) => (environment ? `${project}/${environment}` : project)

/** The queries of a scope have one shape, whichever it is. */
export const valuesQuery = ({ project, environment }: ValueScope) => (environment ? environmentValuesQuery(project, environment) : projectValuesQuery(project)) as ReturnType<typeof environmentValuesQuery>

export const useScopeValues = (scope: ValueScope) => useQuery(valuesQuery(scope))

export const useValueVersions = ({ project, environment }: ValueScope) =>
  useQuery((environment ? environmentValueVersionsQuery(project, environment) : projectValueVersionsQuery(project)) as ReturnType<typeof environmentValueVersionsQuery>)

export const useValueDifferences = ({ project, environment }: ValueScope, from: number, to: number) =>
  useQuery((environment ? environmentValueDifferencesQuery(project, environment, from, to) : projectValueDifferencesQuery(project, from, to)) as ReturnType<typeof environmentValueDifferencesQuery>)

/** Values of a project hold in its environments too, so all that is known of them is asked again. */
function useAskedAgain({ project }: ValueScope) {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'preview' || (queryKey[0] === 'projects' && queryKey[1] === project && queryKey.includes('values')) })
}

export function useChangeValues(scope: ValueScope) {
  const { project, environment } = scope
  return useMutation({
    mutationFn: ({ etag, body }: Change<Schemas['ValueChanges']>) => (environment ? changeEnvironmentValues(project, environment, etag, body) : changeProjectValues(project, etag, body)),
    onSettled: useAskedAgain(scope),
  })
}

export function useRestoreValues(scope: ValueScope) {
  const { project, environment } = scope
  return useMutation({
    mutationFn: ({ etag, body }: Change<Schemas['ValueRestoration']>) => (environment ? restoreEnvironmentValues(project, environment, etag, body) : restoreProjectValues(project, etag, body)),
    onSettled: useAskedAgain(scope),
  })
}

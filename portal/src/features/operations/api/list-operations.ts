import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { isFinal } from './get-operation'

/** The newest are enough: nobody reads further back than this on a page. */
const newest = 50

const listOperations = async (project: string, environment: string | undefined, signal?: AbortSignal) =>
  bodyOf(await api.GET('/projects/{project}/operations', { params: { path: { project }, query: { maxpagesize: newest, inEnvironment: environment } }, signal })).value

export const operationsQuery = (project: string, environment?: string) =>
  queryOptions({
    queryKey: ['projects', project, 'operations', environment ?? null],
    queryFn: ({ signal }) => listOperations(project, environment, signal),
    refetchInterval: (query) => (query.state.data?.some((o) => !isFinal(o)) ? 3_000 : 15_000),
  })

export const useOperations = (project: string, environment?: string) => useQuery(operationsQuery(project, environment))

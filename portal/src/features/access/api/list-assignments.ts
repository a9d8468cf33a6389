import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listAssignments = (scope: string, signal?: AbortSignal) =>
  allPages(async (pageToken) => bodyOf(await api.GET('/assignments', { params: { query: { scope, maxpagesize: 200, pageToken } }, signal })))

/** What counts at a scope: held at it, above it and, in a project, beneath it. */
export const assignmentsQuery = (scope: string) => queryOptions({ queryKey: ['assignments', scope], queryFn: ({ signal }) => listAssignments(scope, signal) })

export const useAssignments = (scope: string) => useQuery(assignmentsQuery(scope))

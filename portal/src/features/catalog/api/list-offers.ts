import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listOffers = async (project: string, signal: AbortSignal) => bodyOf(await api.GET('/projects/{project}/offers', { params: { path: { project } }, signal })).value

export const offersQuery = (project: string) => queryOptions({ queryKey: ['projects', project, 'offers'], queryFn: ({ signal }) => listOffers(project, signal), staleTime: 30_000 })

/** What the caller may use in a project. With no project known yet it asks nothing. */
export const useOffers = (project: string | undefined) => useQuery({ ...offersQuery(project ?? ''), enabled: !!project })

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getTemplate = async (template: string, signal: AbortSignal) => bodyOf(await api.GET('/templates/{template}', { params: { path: { template } }, signal }))

export const templateQuery = (template: string) => queryOptions({ queryKey: ['templates', template], queryFn: ({ signal }) => getTemplate(template, signal), staleTime: 60_000 })

/** With no template chosen yet it asks nothing. */
export const useTemplate = (template: string) => useQuery({ ...templateQuery(template), enabled: template !== '' })

import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const explainDefinitions = async (body: Schemas['DefinitionRequest'], signal: AbortSignal) => bodyOf(await api.POST('/catalog/explanations', { body, signal })).candidates

export const definitionsQuery = (request: Schemas['DefinitionRequest']) =>
  queryOptions({ queryKey: ['definitions', request], queryFn: ({ signal }) => explainDefinitions(request, signal), staleTime: 60_000 })

/** Which definition would build a resource somewhere, and why the others would not. */
export const useDefinitions = (request: Schemas['DefinitionRequest']) => useQuery(definitionsQuery(request))

import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const explainAccess = async (body: Schemas['AccessQuestion'], signal?: AbortSignal) => bodyOf(await api.POST('/access/explain', { body, signal }))

/** Whether somebody may do something, and why. Asking changes nothing, so it is asked like something that is read. */
export const explainQuery = (question: Schemas['AccessQuestion']) => queryOptions({ queryKey: ['me', 'explain', question], queryFn: ({ signal }) => explainAccess(question, signal), retry: false })

import createClient, { type Client } from 'openapi-fetch'
import { ProblemError, type Problem } from './problem'
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']

export interface Connection {
  baseUrl: string
  /** An access token that is still good; renew asks for a new one after the API refused the old. */
  token: (renew: boolean) => Promise<string>
  fetch?: (request: Request) => Promise<Response>
}

/** The client of the contract. connect() makes it, once, before anything is drawn. */
export let api: Client<paths>

export function connect({ baseUrl, token, fetch = (r) => globalThis.fetch(r) }: Connection) {
  api = createClient<paths>({
    baseUrl,
    fetch: async (request) => {
      const again = request.clone()
      const answer = await fetch(await signed(request, token, false))
      // 401 to a token that looked good: clocks differ, or keys were rotated. Once more with a new one.
      return answer.status === 401 ? fetch(await signed(again, token, true)) : answer
    },
  })
}

async function signed(request: Request, token: Connection['token'], renew: boolean): Promise<Request> {
  request.headers.set('Authorization', `Bearer ${await token(renew)}`)
  return request
}

/** The body of an answer, or the problem thrown. Every fetcher ends in it. */
export function bodyOf<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data !== undefined) return answer.data
  if (answer.response.ok) return undefined as T // 204
  throw new ProblemError(asProblem(answer.error, answer.response))
}

/** What is no problem document comes from something before the platform, such as a proxy. */
function asProblem(error: unknown, response: Response): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error && 'title' in error) return error as Problem
  return {
    type: 'about:blank',
    title: 'The platform did not answer',
    detail: `Something between here and the platform answered ${response.status}.`,
    action: 'Try again in a moment.',
    status: response.status,
    code: 'Internal',
    requestId: response.headers.get('Request-Id') ?? '',
  }
}

import { connect } from '@/shared/api/client'
import type { Problem } from '@/shared/api/problem'
import type { paths } from '@/shared/api/schema.gen'

type Method = 'get' | 'put' | 'post' | 'delete' | 'patch'

/** Every operation of the contract, such as "GET /projects/{project}". */
type Request_ = { [P in keyof paths]: { [M in Method]: paths[P][M] extends { responses: object } ? `${Uppercase<M>} ${P & string}` : never }[Method] }[keyof paths]

type OperationOf<R extends Request_> = R extends `${infer M} ${infer P}` ? (P extends keyof paths ? (Lowercase<M> extends keyof paths[P] ? paths[P][Lowercase<M>] : never) : never) : never

/** What an operation may answer with, by the contract. */
type BodyOf<R extends Request_> = OperationOf<R> extends { responses: infer A } ? { [S in keyof A]: S extends 'default' ? never : A[S] extends { content: { 'application/json': infer B } } ? B : never }[keyof A] : never

export interface Asked {
  params: Record<string, string>
  query: URLSearchParams
  headers: Headers
  body: unknown
}

interface Answer<B> {
  body?: B
  status?: number
  headers?: Record<string, string>
  problem?: Partial<Problem>
}

export type Answers = { [R in Request_]?: (asked: Asked) => Answer<BodyOf<R>> }

/** An API that answers as told. What nobody told is a test that forgot something, and fails. It notes what was asked. */
export function answering(answers: Answers): { asked: (Asked & { request: string })[] } {
  const asked: (Asked & { request: string })[] = []
  connect({
    baseUrl: 'http://localhost:7071/v1',
    token: () => Promise.resolve('a-token'),
    fetch: async (request) => {
      const url = new URL(request.url)
      const path = url.pathname.replace(/^\/v1/, '')
      for (const [name, answer] of Object.entries(answers)) {
        const params = matched(name, `${request.method} ${path}`)
        if (!params) continue
        const text = await request.text()
        const one: Asked = { params, query: url.searchParams, headers: request.headers, body: text ? (JSON.parse(text) as unknown) : undefined }
        asked.push({ ...one, request: name })
        return responseOf((answer as (a: Asked) => Answer<unknown>)(one))
      }
      throw new Error(`nobody said what ${request.method} ${path} answers`)
    },
  })
  return { asked }
}

function matched(name: string, got: string): Record<string, string> | undefined {
  const pattern = new RegExp(`^${name.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
  const found = pattern.exec(got)
  return found ? { ...found.groups } : undefined
}

function responseOf({ body, status, headers, problem }: Answer<unknown>): Response {
  if (problem) {
    const full: Problem = { type: 'about:blank', title: 'Refused', status: 400, code: 'ValidationFailed', requestId: 'req-1', ...problem }
    return new Response(JSON.stringify(full), { status: full.status, headers: { 'Content-Type': 'application/problem+json' } })
  }
  const code = status ?? 200
  return new Response(body === undefined || code === 304 || code === 204 ? null : JSON.stringify(body), { status: code, headers: { 'Content-Type': 'application/json', ...headers } })
}

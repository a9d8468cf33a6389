import { expect, test, vi } from 'vitest'
import { Session } from './session'

const config = { issuer: 'http://localhost:7071/identity', clientId: 'lazuli-portal', scope: 'openid', api: '/v1' }

/** The issuer's answers, and what it was asked. */
function issuer(answers: Record<string, () => Response>) {
  const asked: [string, string][] = []
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const url = String(input)
    asked.push([url, String(init?.body ?? '')])
    const answer = Object.entries(answers).find(([path]) => url.endsWith(path))
    return Promise.resolve(answer ? answer[1]() : new Response('', { status: 404 }))
  })
  return asked
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const discovery = { '/.well-known/openid-configuration': () => json({ issuer: config.issuer, token_endpoint: `${config.issuer}/token`, authorization_endpoint: `${config.issuer}/authorize`, jwks_uri: `${config.issuer}/keys` }) }

function remember(expiresIn: number) {
  sessionStorage.setItem(`oidc.user:${config.issuer}:${config.clientId}`, JSON.stringify({ access_token: 'old', refresh_token: 'r1', token_type: 'Bearer', scope: 'openid', profile: { sub: 'developer' }, expires_at: Math.floor(Date.now() / 1000) + expiresIn }))
}

test('a token that is good is used as it is', async () => {
  const asked = issuer(discovery)
  remember(600)
  expect(await new Session(config).token(false)).toBe('old')
  expect(asked).toEqual([])
})

test('a token that has expired is renewed by the refresh token', async () => {
  const asked = issuer({ ...discovery, '/token': () => json({ access_token: 'new', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r2' }) })
  remember(-5)
  expect(await new Session(config).token(false)).toBe('new')
  expect(asked.at(-1)?.[1]).toContain('grant_type=refresh_token')
})

test('a sign-in that cannot be renewed is over', async () => {
  issuer({ ...discovery, '/token': () => json({ error: 'invalid_grant' }, 400) })
  remember(-5)
  const session = new Session(config)
  expect(await session.user()).toBeUndefined()
  expect(sessionStorage.length).toBe(0)
})

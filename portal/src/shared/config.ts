/** What differs between the places the portal is served from; the same build reads it at its start. */
export interface PortalConfig {
  /** The OpenID Connect issuer: the local one, or https://login.microsoftonline.com/{tenant}/v2.0. */
  issuer: string
  clientId: string
  /** Scopes to ask for; the API's own scope is among them. */
  scope: string
  /** Where the API answers, such as /v1 or https://api.example.com/v1. */
  api: string
}

/** Reads /portal-config.json, and says what is wrong with it rather than failing later. */
export async function loadConfig(fetcher: typeof fetch = fetch): Promise<PortalConfig> {
  const answer = await fetcher('/portal-config.json', { cache: 'no-store', signal: AbortSignal.timeout(15_000) })
  if (!answer.ok) throw new Error(`/portal-config.json answered ${answer.status}. Whoever runs this portal has to put it there.`)
  const read: unknown = await answer.json()
  for (const key of ['issuer', 'clientId', 'scope', 'api'] as const) {
    if (typeof (read as Record<string, unknown>)[key] !== 'string') throw new Error(`/portal-config.json has no "${key}".`)
  }
  return read as PortalConfig
}

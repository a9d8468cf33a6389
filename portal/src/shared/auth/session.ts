import { UserManager, WebStorageStateStore, type User } from 'oidc-client-ts'
import type { PortalConfig } from '../config'

/** Who is signed in, and his tokens. They live as long as the tab. */
export class Session {
  readonly #manager: UserManager

  constructor(config: PortalConfig, origin = location.origin) {
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: `${origin}/signed-in`,
      post_logout_redirect_uri: `${origin}/`,
      response_type: 'code', // with PKCE, always
      scope: config.scope,
      userStore: new WebStorageStateStore({ store: sessionStorage }),
      automaticSilentRenew: true,
      requestTimeoutInSeconds: 15,
    })
  }

  /** The person; undefined when nobody is signed in, or the sign-in can no longer be renewed. */
  async user(): Promise<User | undefined> {
    const user = await this.#manager.getUser()
    if (!user) return undefined
    return user.expired ? this.#renewed() : user
  }

  /** Leaves for the issuer's page, and comes back to where the person wanted to be. */
  async signIn(returnTo: string): Promise<never> {
    await this.#manager.signinRedirect({ state: { returnTo } })
    return new Promise<never>(() => {}) // the browser is leaving
  }

  /** Ends the sign-in on the page that the issuer sent the browser to; answers where to go on. */
  async finishSignIn(): Promise<string> {
    const user = await this.#manager.signinRedirectCallback()
    const { returnTo } = (user.state ?? {}) as { returnTo?: string }
    return returnTo?.startsWith('/') && !returnTo.startsWith('//') ? returnTo : '/'
  }

  async signOut(): Promise<void> {
    await this.#manager.signoutRedirect()
  }

  /** An access token for the API. Whoever has none any more is sent to sign in. */
  async token(renew: boolean): Promise<string> {
    const user = renew ? await this.#renewed() : await this.user()
    return user ? user.access_token : this.signIn(location.pathname + location.search)
  }

  async #renewed(): Promise<User | undefined> {
    try {
      return (await this.#manager.signinSilent()) ?? undefined
    } catch {
      await this.#manager.removeUser() // the refresh token is no good any more: sign in again
      return undefined
    }
  }
}

import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newRouter } from './app/router'
import './app/styles/index.css'
import { connect } from './shared/api/client'
import { newQueryClient } from './shared/api/query-client'
import { Session } from './shared/auth/session'
import { SessionContext } from './shared/auth/SessionContext'
import { loadConfig } from './shared/config'
import { ThemeRoot } from './shared/theme/ThemeContext'
import { ErrorView } from './shared/ui/ErrorView'

const root = createRoot(document.getElementById('root') as HTMLElement)

/** Signs in, then draws. Nothing is drawn for nobody. */
async function start() {
  const config = await loadConfig()
  const session = new Session(config)
  if (location.pathname === '/signed-in') history.replaceState(null, '', await session.finishSignIn())
  const user = await session.user()
  if (!user) return session.signIn(location.pathname + location.search)
  connect({ baseUrl: config.api, token: (renew) => session.token(renew) })
  const queryClient = newQueryClient()
  const router = newRouter(queryClient)
  const { name, preferred_username: username } = user.profile
  const signedIn = { name: name ?? username ?? user.profile.sub, username: username ?? '', signOut: () => void session.signOut() }
  root.render(
    <StrictMode>
      <ThemeRoot>
        <SessionContext value={signedIn}>
          <QueryClientProvider client={queryClient}><RouterProvider router={router} /></QueryClientProvider>
        </SessionContext>
      </ThemeRoot>
    </StrictMode>,
  )
}

start().catch((error: unknown) => {
  root.render(
    <ThemeRoot>
      <main className="lz-alone">
        <h1>Lazuli could not start</h1>
        <ErrorView error={error} retry={() => location.assign('/')} />
      </main>
    </ThemeRoot>,
  )
})

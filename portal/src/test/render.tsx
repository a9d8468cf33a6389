import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { newRouter } from '@/app/router'
import { newQueryClient } from '@/shared/api/query-client'
import { SessionContext } from '@/shared/auth/SessionContext'
import { ThemeRoot } from '@/shared/theme/ThemeContext'

/** The whole portal at an address, signed in as a developer. */
export function renderAt(path: string) {
  const queryClient = newQueryClient()
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } })
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [path] }))
  render(
    <ThemeRoot>
      <SessionContext value={{ name: 'Developer', username: 'developer@lazuli.local', signOut: () => {} }}>
        <QueryClientProvider client={queryClient}><RouterProvider router={router} /></QueryClientProvider>
      </SessionContext>
    </ThemeRoot>,
  )
  return { router, queryClient }
}

/** Loads the code of a page beforehand, for beforeAll: on a busy machine that takes longer than anything waits. */
export async function loadPage(path: string) {
  const router = newRouter(newQueryClient(), createMemoryHistory({ initialEntries: [path] }))
  const [routes] = router.getMatchedRoutes(path)
  await Promise.all(routes.map((route) => router.loadRouteChunk(route)))
}

/** Puts a text into a field in the place of what is there, at once: letter by letter the page would be drawn for each. */
export async function fill(field: HTMLElement, text: string) {
  await userEvent.clear(field)
  await userEvent.click(field)
  await userEvent.paste(text)
}

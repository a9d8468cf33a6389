import type { QueryClient } from '@tanstack/react-query'
import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { routeTree } from './routeTree.gen'

export function newRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: () => <div className="lz-page"><Loading rows={6} /></div>,
    defaultErrorComponent: ({ error, reset }) => <div className="lz-page"><ErrorView error={error} retry={reset} /></div>,
    scrollRestoration: true,
    ...(history ? { history } : {}),
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }

  /** What a page's own file says of it; the navigation and the palette are made of that. */
  interface StaticDataRouteOption {
    nav?: { title: string; icon: 'home' | 'projects' | 'environments' | 'catalog' | 'access' | 'audit' | 'onboard' | 'operations' | 'costs'; order: number; keywords?: string }
    /** For a page that is only in the palette; the name of the project follows where it is one's. */
    named?: { title: string; keywords?: string }
  }
}

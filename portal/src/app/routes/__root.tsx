import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Link, Outlet } from '@tanstack/react-router'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Page } from '@/shared/ui/Page'
import { Shell } from '../shell/Shell'

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => <Shell><Outlet /></Shell>,
  notFoundComponent: () => (
    <Page title="Nothing here">
      <EmptyState title="There is no such page, or you may not see it" action={<Link to="/">Go home</Link>}>
        What you may not see looks the same as what does not exist.
      </EmptyState>
    </Page>
  ),
})

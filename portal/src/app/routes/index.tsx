import { createFileRoute } from '@tanstack/react-router'
import { Home } from '@/features/home/Home'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/')({
  staticData: { nav: { title: 'Home', icon: 'home', order: 10 } },
  validateSearch: ({ mine }: Record<string, unknown>): { mine?: true } => (mine === true ? { mine } : {}),
  component: () => <Page title="Home"><Home mine={Route.useSearch().mine ?? false} /></Page>,
})

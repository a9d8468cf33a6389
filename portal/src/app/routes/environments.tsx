import { createFileRoute } from '@tanstack/react-router'
import { EnvironmentList } from '@/features/environment-list/EnvironmentList'
import { readFilters, type Filters } from '@/features/environment-list/filters'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/environments')({
  staticData: { nav: { title: 'Environments', icon: 'environments', order: 15, keywords: 'list all expiring' } },
  validateSearch: (search: Record<string, unknown>): Filters => readFilters(search),
  component: () => <Page title="Environments"><EnvironmentList filters={Route.useSearch()} /></Page>,
})

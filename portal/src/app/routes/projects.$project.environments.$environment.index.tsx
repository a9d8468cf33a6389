import { createFileRoute } from '@tanstack/react-router'
import { EnvironmentPage } from '@/features/environment-page/EnvironmentPage'
import { environmentTabs, type EnvironmentTab } from '@/features/environment-page/tabs'

export const Route = createFileRoute('/projects/$project/environments/$environment/')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: EnvironmentTab } => (environmentTabs.includes(tab as EnvironmentTab) ? { tab: tab as EnvironmentTab } : {}),
  component: () => <EnvironmentPage {...Route.useParams()} tab={Route.useSearch().tab ?? 'overview'} />,
})

import { createFileRoute } from '@tanstack/react-router'
import { EnvironmentPage, environmentTabs, type EnvironmentTab } from '@/features/environment-page/EnvironmentPage'

export const Route = createFileRoute('/projects/$project/environments/$environment')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: EnvironmentTab } => (environmentTabs.includes(tab as EnvironmentTab) ? { tab: tab as EnvironmentTab } : {}),
  component: () => <EnvironmentPage {...Route.useParams()} tab={Route.useSearch().tab ?? 'overview'} />,
})

import { createFileRoute } from '@tanstack/react-router'
import { DeploymentPage } from '@/features/deployments/DeploymentPage'

export const Route = createFileRoute('/projects/$project/environments/$environment/deployments/$deployment')({
  validateSearch: ({ with: other }: Record<string, unknown>): { with?: string } => (typeof other === 'string' ? { with: other } : {}),
  component: () => <DeploymentPage key={Route.useParams().deployment} {...Route.useParams()} other={Route.useSearch().with} />,
})

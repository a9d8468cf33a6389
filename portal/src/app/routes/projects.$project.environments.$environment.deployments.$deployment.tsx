import { createFileRoute } from '@tanstack/react-router'
import { DeploymentPage } from '@/features/deployments/DeploymentPage'
import { textIn } from '@/shared/address'

export const Route = createFileRoute('/projects/$project/environments/$environment/deployments/$deployment')({
  validateSearch: ({ with: other }: Record<string, unknown>): { with?: string | undefined } => ({ with: textIn(other) }),
  component: () => <DeploymentPage key={Route.useParams().deployment} {...Route.useParams()} other={Route.useSearch().with} />,
})

import { createFileRoute } from '@tanstack/react-router'
import { DriftPage } from '@/features/drift/DriftPage'

export const Route = createFileRoute('/projects/$project/environments/$environment/drift')({
  component: () => <DriftPage {...Route.useParams()} />,
})

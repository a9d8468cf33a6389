import { createFileRoute } from '@tanstack/react-router'
import { ProjectValues } from '@/features/values/ProjectValues'

export const Route = createFileRoute('/projects/$project/values')({
  staticData: { named: { title: 'Values of', keywords: 'settings secrets' } },
  component: () => <ProjectValues project={Route.useParams().project} />,
})

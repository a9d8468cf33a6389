import { createFileRoute } from '@tanstack/react-router'
import { ProjectPage } from '@/features/projects/ProjectPage'
import { projectTabs, type ProjectTab } from '@/features/projects/tabs'

export const Route = createFileRoute('/projects/$project/')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: ProjectTab } => (projectTabs.includes(tab as ProjectTab) ? { tab: tab as ProjectTab } : {}),
  component: () => <ProjectPage project={Route.useParams().project} tab={Route.useSearch().tab ?? 'environments'} />,
})

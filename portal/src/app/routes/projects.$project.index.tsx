import { createFileRoute } from '@tanstack/react-router'
import { useProject } from '@/features/projects/api/get-project'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/$project/')({ component: ProjectPage })

function ProjectPage() {
  const { project } = Route.useParams()
  const query = useProject(project)
  return <Page title={query.data?.title ?? project} crumbs={[{ title: 'Projects', to: '/projects' }]}><Loaded query={query}>{(p) => <p>{p.team}</p>}</Loaded></Page>
}

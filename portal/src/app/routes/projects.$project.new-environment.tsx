import { createFileRoute } from '@tanstack/react-router'
import { CreateEnvironment } from '@/features/create-environment/CreateEnvironment'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/$project/new-environment')({
  validateSearch: ({ template }: Record<string, unknown>): { template?: string } => (typeof template === 'string' ? { template } : {}),
  component: NewEnvironment,
})

function NewEnvironment() {
  const { project } = Route.useParams()
  const { template } = Route.useSearch()
  return (
    <Page title="New environment" crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }]}>
      <CreateEnvironment project={project} template={template} />
    </Page>
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { CreateEnvironment } from '@/features/create-environment/CreateEnvironment'
import { checkedSearch } from '@/features/create-environment/search'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/$project/new-environment')({
  validateSearch: checkedSearch,
  component: NewEnvironment,
})

function NewEnvironment() {
  const { project } = Route.useParams()
  return (
    <Page title="New environment" crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }]}>
      <CreateEnvironment key={project} project={project} search={Route.useSearch()} />
    </Page>
  )
}

import { createFileRoute } from '@tanstack/react-router'
import { ProjectList } from '@/features/projects/ProjectList'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/')({
  staticData: { nav: { title: 'Projects', icon: 'projects', order: 20 } },
  component: () => <Page title="Projects"><ProjectList /></Page>,
})

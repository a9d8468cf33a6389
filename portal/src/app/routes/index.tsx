import { createFileRoute } from '@tanstack/react-router'
import { ProjectList } from '@/features/projects/ProjectList'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/')({
  staticData: { nav: { title: 'Home', icon: 'home', order: 10 } },
  component: () => <Page title="Home"><ProjectList /></Page>,
})

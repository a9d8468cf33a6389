import { createFileRoute } from '@tanstack/react-router'
import { OnboardLink } from '@/features/onboarding/OnboardLink'
import { ProjectList } from '@/features/projects/ProjectList'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/')({
  staticData: { nav: { title: 'Projects', icon: 'projects', order: 20 } },
  component: () => <Page title="Projects" actions={<OnboardLink />}><ProjectList /></Page>,
})

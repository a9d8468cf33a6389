import { createFileRoute } from '@tanstack/react-router'
import { MayOnboard } from '@/features/onboarding/MayOnboard'
import { stepNames, type StepName } from '@/features/onboarding/steps'
import { Wizard } from '@/features/onboarding/Wizard'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/onboard/')({
  staticData: { nav: { title: 'Onboard', icon: 'onboard', order: 60, keywords: 'new project team create wizard' } },
  validateSearch: ({ step }: Record<string, unknown>): { step?: StepName } => (stepNames.includes(step as StepName) ? { step: step as StepName } : {}),
  component: () => (
    <Page title="Onboard a project" subtitle="A team, its people, what they may use and what they start with. Everything is made at once, or nothing.">
      <MayOnboard><Wizard step={Route.useSearch().step ?? 'project'} /></MayOnboard>
    </Page>
  ),
})

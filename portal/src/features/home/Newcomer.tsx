import { Link } from '@tanstack/react-router'
import { OnboardLink } from '@/features/onboarding/OnboardLink'
import { useMayOnboard } from '@/features/onboarding/useMayOnboard'
import { useProjects } from '@/features/projects/api/list-projects'
import { EmptyState } from '@/shared/ui/EmptyState'

/** Who sees no project yet: what one is, and how he comes by one. */
export function NoProject() {
  const { may } = useMayOnboard()
  return (
    <EmptyState title="Welcome to Lazuli: you are in no project yet" action={<OnboardLink>Onboard a project</OnboardLink>}>
      <ol className="lz-numbered">
        <li>A <b>project</b> is a product of a team: its people, its budget, its environments. {may ? 'You may make one: name it, say who is in it, and choose what it begins with.' : 'An owner of a team or an admin of the platform makes one, and gives you a role in it.'}</li>
        <li>An <b>environment</b> is a place in it, built from a template in seconds to minutes: a web app, its database, a machine.</li>
        <li>A <b>deployment</b> changes it. You see the plan and the price before, and follow it to the end here.</li>
      </ol>
    </EmptyState>
  )
}

/** Who has a project in which nothing ever happened. */
export function FirstEnvironment() {
  const first = useProjects().data?.[0]
  return (
    <EmptyState title="Nothing has happened yet: make your first environment"
      action={first && <Link className="lz-button" to="/projects/$project/new-environment" params={{ project: first.name }}>New environment in {first.title}</Link>}>
      Choose a template, give it a name, and see what it costs before you deploy. What runs, waits for you, failed or expires is told here.
    </EmptyState>
  )
}

import { createFileRoute, Link } from '@tanstack/react-router'
import { Started } from '@/features/onboarding/Started'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/onboard/$project')({ component: Onboarded })

function Onboarded() {
  const { project } = Route.useParams()
  return (
    <Page title={`${project} is there`} crumbs={[{ title: 'Onboard', to: '/onboard' }]} subtitle={<>Its environments are being made. You can leave: nothing stops. <Link to="/projects/$project" params={{ project }}>{`Open ${project}`}</Link></>}>
      <Started project={project} />
    </Page>
  )
}

import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { AuditLog } from '@/features/audit/AuditLog'
import { auditAddress } from '@/features/audit/search'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/projects/$project/audit')({
  staticData: { named: { title: 'Audit of', keywords: 'log history who did' } },
  validateSearch: auditAddress,
  component: ProjectAudit,
})

function ProjectAudit() {
  const { project } = Route.useParams()
  const { entry, ...search } = Route.useSearch()
  const navigate = useNavigate()
  return (
    <Page title={`Audit of ${project}`} crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }]} subtitle="Who did what here, and who was refused what.">
      <AuditLog fixed search={{ ...search, project }} entry={entry} go={({ project: _, ...to }) => void navigate({ to: '/projects/$project/audit', params: { project }, search: to, replace: to.entry !== entry, resetScroll: false })} />
    </Page>
  )
}

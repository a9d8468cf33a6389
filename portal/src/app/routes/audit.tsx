import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { AuditLog } from '@/features/audit/AuditLog'
import { auditAddress } from '@/features/audit/search'
import { useMyActions } from '@/features/me/api/list-my-actions'
import { Page } from '@/shared/ui/Page'
import { AuditPlaces } from '@/features/audit/AuditPlaces'
import { Loading } from '@/shared/ui/Loading'

export const Route = createFileRoute('/audit')({
  staticData: { nav: { title: 'Audit', icon: 'audit', order: 80, keywords: 'log history who did' } },
  validateSearch: auditAddress,
  component: Audit,
})

function Audit() {
  const { entry, ...search } = Route.useSearch()
  const mine = useMyActions('/')
  const navigate = useNavigate()
  const everything = mine.data?.includes('audit/read')
  return (
    <Page title="Audit" subtitle="Every accepted change, and every refusal of somebody who is signed in.">
      {mine.isPending ? <Loading /> : everything || mine.isError || search.project ? <AuditLog search={search} entry={entry} go={(to) => void navigate({ to: '/audit', search: to, replace: to.entry !== entry, resetScroll: false })} /> : <AuditPlaces />}
    </Page>
  )
}

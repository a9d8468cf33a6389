import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { useNotify } from '@/shared/ui/Toasts'
import { useAuditEvents, type AuditSearch } from './api/list-audit-events'
import { AuditEntry } from './AuditEntry'
import { AuditFilters } from './AuditFilters'
import { auditLines, save } from './export'

interface AuditLogProps {
  search: AuditSearch
  /** The entry that is open. */
  entry?: string | undefined
  fixed?: boolean
  go: (search: AuditSearch & { entry?: string | undefined }) => void
}

/** Who did what and who was refused what, newest first. */
export function AuditLog({ search, entry, fixed = false, go }: AuditLogProps) {
  const query = useAuditEvents(search)
  const events = query.data?.pages.flatMap((p) => p.value) ?? []
  return (
    <>
      <AuditFilters key={JSON.stringify(search)} search={search} fixed={fixed} go={go} />
      {query.isPending && <Loading rows={8} />}
      {query.isError && <ErrorView error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && (
        <>
          <div className="lz-row">
            <span className="lz-muted" role="status">{`${events.length} ${events.length === 1 ? 'entry' : 'entries'}${query.hasNextPage ? ', and there are more' : ''}`}</span>
            {events.length > 0 && <ExportButton search={search} />}
          </div>
          {events.length === 0 && !query.hasNextPage && <EmptyState title="Nothing matches">Every accepted change and every refusal of somebody who is signed in is kept here. Take a wider time, or clear the search.</EmptyState>}
          <ol className="lz-stack" aria-label="Audit log">{events.map((e) => <li key={e.project + e.id}><AuditEntry event={e} open={entry === e.id} toggle={(open) => go({ ...search, entry: open ? e.id : undefined })} /></li>)}</ol>
          {query.hasNextPage && <div><Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
        </>
      )}
    </>
  )
}

function ExportButton({ search }: { search: AuditSearch }) {
  const [busy, setBusy] = useState(false)
  const notify = useNotify()
  const write = async () => {
    setBusy(true)
    try {
      const { text, lines, whole } = await auditLines(search)
      save(`audit${search.project ? `-${search.project}` : ''}.jsonl`, text)
      notify.done(`${lines} entries are written`, whole ? 'One a line, newest first.' : 'That is not all. Take less time, or use the command line: lazuli audit export')
    } catch (error) {
      notify.refused(error)
    } finally {
      setBusy(false)
    }
  }
  return <Button size="small" className="lz-push" disabled={busy} onClick={() => void write()}>{busy ? 'Writing…' : 'Export as JSON lines'}</Button>
}

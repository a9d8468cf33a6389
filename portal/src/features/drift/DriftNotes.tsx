import { Button } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Section } from '@/shared/ui/Page'
import { useNotify } from '@/shared/ui/Toasts'
import { useDeleteDriftNote } from './api/delete-drift-note'

interface DriftNotesProps {
  project: string
  environment: string
  notes: Schemas['DriftNote'][]
}

/** What is ignored, until when, why and by whom; each can be ended before its date. */
export function DriftNotes({ project, environment, notes }: DriftNotesProps) {
  const remove = useDeleteDriftNote(project, environment)
  const notify = useNotify()
  if (notes.length === 0) return null
  return (
    <Section title="Notes">
      <ul className="lz-stack" aria-label="Notes">
        {notes.map((n) => (
          <li key={n.id} className="lz-card">
            <div className="lz-row">
              <code className="lz-address">{n.address} {n.path}</code> ignored until <Time at={n.until} />
              <Button size="small" className="lz-push" disabled={remove.isPending} onClick={() => remove.mutate(n.id, { onSuccess: () => notify.done('It is ignored no longer'), onError: notify.refused })} aria-label={`Remove the note on ${n.address}${n.path ? ` ${n.path}` : ''}`}>Remove</Button>
            </div>
            <p>“{n.reason}” <span className="lz-muted">{n.by}, <Time at={n.at} /></span></p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

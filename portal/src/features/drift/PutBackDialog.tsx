import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
import { usePutBackDrift } from './api/put-back-drift'

export interface AnswerProps {
  project: string
  environment: string
  report: Schemas['DriftReport']
  close: () => void
  open: (operation: { id: string }) => void
}

/** Makes the environment again what it was deployed as. */
export function PutBackDialog({ project, environment, report, close, open }: AnswerProps) {
  const putBack = usePutBackDrift(project, environment)
  const submit = () => putBack.mutate(undefined, { onSuccess: (operation) => { close(); open(operation) } })
  return (
    <FormDialog title={`Make ${project}/${environment} again what it was deployed as?`} close={close} submit="Put it back" onSubmit={submit} disabled={putBack.isPending} error={putBack.error}>
      <p>The current deployment is deployed once more: the same manifest, definitions and values. What somebody changed outside is undone:</p>
      <ul className="lz-going" aria-label="What is put back">
        {report.resources.map((r) => <li key={r.address}><code>{r.address}</code> <span className="lz-muted">{r.properties.map((p) => p.path).join(', ')}</span></li>)}
        {report.ignored.map((r) => <li key={r.address}><code>{r.address}</code> <span className="lz-muted">ignored, and put back too</span></li>)}
      </ul>
    </FormDialog>
  )
}

import { Checkbox } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { ErrorView } from '@/shared/ui/ErrorView'
import { FormDialog } from '@/shared/ui/FormDialog'
import { Loading } from '@/shared/ui/Loading'
import { useCreateDeployment } from './api/create-deployment'
import { useDeployment } from './api/get-deployment'
import { previewQuery } from './api/preview-deployment'
import { compareDeployments } from './differences'
import { DifferenceView } from './DifferenceView'
import { PreviewView } from './PreviewView'

interface RollBackDialogProps {
  deployment: Schemas['Deployment']
  /** What the environment is now. */
  current: string | undefined
  close: () => void
}

/** Goes back to an earlier deployment, after showing what that would change. */
export function RollBackDialog({ deployment: d, current, close }: RollBackDialogProps) {
  const [values, setValues] = useState(false)
  const now = useDeployment(d.project, d.environment, current).data
  const from = { deployment: d.id, valuesGoAlong: values }
  const preview = useQuery(previewQuery(d.project, d.environment, { from }))
  const create = useCreateDeployment(d.project, d.environment)
  const open = useOpenOperation()
  const back = () => create.mutate({ from }, { onSuccess: (operation) => { close(); open(operation) } })
  return (
    <FormDialog wide title={`Roll ${d.project}/${d.environment} back?`} close={close} submit="Roll back to it" onSubmit={back} disabled={!preview.data || create.isPending} error={create.error}>
      <p>Exactly what was built on {exactTime(new Date(d.createdAt))} is built again: the same manifest, with the same versions of its definitions. Data is not rolled back.</p>
      {d.values ? <Checkbox label={`Its values too: those of version ${d.values.environmentVersion} become the newest`} checked={values} onChange={(_, v) => setValues(v.checked === true)} /> : <p className="lz-muted">It used no values, so values stay as they are.</p>}
      {preview.error ? <ErrorView error={preview.error} retry={() => void preview.refetch()} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
      {now && <details><summary>The difference, property by property</summary><DifferenceView difference={compareDeployments(now, d)} before="Now" after="Then" /></details>}
    </FormDialog>
  )
}

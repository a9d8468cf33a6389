import { Button, Radio, RadioGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { PreviewView } from '@/features/deployments/PreviewView'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { GoingAlong } from './GoingAlong'

/** What promoting would change at the target, whether values go along, and doing it. */
export function Promotion({ source, target }: { source: Schemas['Environment']; target: Schemas['Environment'] }) {
  const [values, setValues] = useState(false)
  const from = { environment: source.name, valuesGoAlong: values }
  const used = useDeployment(source.project, source.name, source.deployment).data?.values
  const preview = useQuery(previewQuery(source.project, target.name, { from }))
  const create = useCreateDeployment(source.project, target.name)
  const open = useOpenOperation()
  return (
    <Section title={`What would change in ${target.name}`}>
      {used && used.environmentVersion > 0 && (
        <>
          <RadioGroup aria-label="Values" value={values ? 'along' : 'stay'} onChange={(_, d) => setValues(d.value === 'along')}>
            <Radio value="stay" label={`The values of ${target.name} stay as they are`} />
            <Radio value="along" label={`Those of ${source.name} go along; secrets stay where they are`} />
          </RadioGroup>
          {values && <GoingAlong source={source} target={target} version={used.environmentVersion} />}
        </>
      )}
      {preview.error ? <ErrorView error={preview.error} retry={() => void preview.refetch()} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
      {create.error && <ErrorView error={create.error} />}
      <div><Button appearance="primary" disabled={!preview.data || create.isPending} onClick={() => create.mutate({ from }, { onSuccess: open })}>Promote to {target.name}</Button></div>
    </Section>
  )
}

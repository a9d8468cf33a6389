import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Field, Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { PreviewView } from '@/features/deployments/PreviewView'
import { useEnvironments } from '@/features/environments/api/list-environments'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'

/** Deploys to another environment of the project what was asked for here, after showing what that would do there. */
export function PromoteDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const others = (useEnvironments(e.project).data ?? []).filter((o) => o.name !== e.name && o.state !== 'deleted')
  const [chosen, setChosen] = useState('')
  const [values, setValues] = useState(false)
  const target = chosen || others[0]?.name || ''
  const from = { environment: e.name, valuesGoAlong: values }
  const preview = useQuery({ ...previewQuery(e.project, target, { from }), enabled: target !== '' })
  const create = useCreateDeployment(e.project, target)
  const navigate = useNavigate()
  const go = () => create.mutate({ from }, { onSuccess: ({ id }) => { close(); void navigate({ to: '/operations/$operation', params: { operation: id } }) } })
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Promote {e.project}/{e.name}</DialogTitle>
          <DialogContent className="lz-stack">
            {others.length === 0 ? <EmptyState title="There is no other environment in this project">Make one first, such as test; then what runs here can go there.</EmptyState> : (
              <>
                <Field label="To"><Select value={target} onChange={(_, d) => setChosen(d.value)}>{others.map((o) => <option key={o.name} value={o.name}>{o.name} ({o.type})</option>)}</Select></Field>
                <Checkbox label="Its values go along; secrets stay" checked={values} onChange={(_, d) => setValues(d.checked === true)} />
                {preview.error ? <ErrorView error={preview.error} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
              </>
            )}
            {create.error && <ErrorView error={create.error} />}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>Leave it</Button></DialogTrigger>
            <Button appearance="primary" onClick={go} disabled={!target || create.isPending}>Promote</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Field, Input } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { useDeleteEnvironment } from '@/features/environments/api/delete-environment'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { graphOf } from './graph'

/** Says exactly what will go, and asks for the name. */
export function DeleteDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const [typed, setTyped] = useState('')
  const deployment = useDeployment(e.project, e.name, e.deployment).data
  const remove = useDeleteEnvironment(e.project, e.name)
  const navigate = useNavigate()
  const name = `${e.project}/${e.name}`
  const submit = () => {
    if (typed !== name) return
    remove.mutate(e.etag, {
      onSuccess: (operation) => {
        close()
        void (operation ? navigate({ to: '/operations/$operation', params: { operation: operation.id } }) : navigate({ to: '/projects/$project', params: { project: e.project } }))
      },
    })
  }
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && close()}>
      <DialogSurface>
        <form onSubmit={(event) => { event.preventDefault(); submit() }}>
          <DialogBody>
            <DialogTitle>Delete {name}?</DialogTitle>
            <DialogContent className="lz-stack">
              <p>The environment and everything in it will be gone, data included. This cannot be undone.</p>
              {deployment && <ul className="lz-going">{graphOf(deployment).nodes.map((n) => <li key={n.alias}><strong>{n.alias}</strong> <span className="lz-muted">{n.type}</span></li>)}</ul>}
              <Field label={`Type ${name} to confirm`}><Input value={typed} onChange={(_, d) => setTyped(d.value)} autoComplete="off" /></Field>
              {remove.error && <ErrorView error={remove.error} />}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement><Button type="button">Keep it</Button></DialogTrigger>
              <Button type="submit" appearance="primary" className="lz-danger" disabled={typed !== name || remove.isPending}>Delete everything</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

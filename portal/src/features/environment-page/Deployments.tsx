import { Badge, Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { useDeployments } from '@/features/deployments/api/list-deployments'
import { countsSentence } from '@/features/deployments/PlanView'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Table, type Column } from '@/shared/ui/Table'
import { useNotify } from '@/shared/ui/Toasts'

type Deployment = Schemas['Deployment']

const modes: Record<Deployment['mode'], string> = { deploy: 'Deployed', plan: 'Planned', destroy: 'Destroyed' }

/** Every deployment of an environment; from each that was built one can go back to it. */
export function Deployments({ environment: e }: { environment: Schemas['Environment'] }) {
  const query = useDeployments(e.project, e.name)
  const columns: Column<Deployment>[] = [
    { title: 'What', cell: (d) => <span className="lz-row"><Link to="/operations/$operation" params={{ operation: d.operation }}>{modes[d.mode]} {d.template ?? 'a manifest'}</Link>{d.id === e.deployment && <Badge appearance="tint" color="success">current</Badge>}</span> },
    { title: 'Plan', cell: (d) => (d.plan ? countsSentence(d.plan.counts) : 'none') , wide: true },
    { title: 'When', cell: (d) => <Time at={d.createdAt} /> },
    { title: 'By', cell: (d) => d.createdBy, wide: true },
    { title: 'Back to it', cell: (d) => (d.mode === 'deploy' && d.id !== e.deployment && d.plan ? <RollBack environment={e} deployment={d} /> : null) },
  ]
  return <Loaded query={query}>{(all) => all.length ? <Table label="Deployments" columns={columns} items={all} keyOf={(d) => d.id} /> : <EmptyState title="Nothing was deployed yet" />}</Loaded>
}

function RollBack({ environment: e, deployment: d }: { environment: Schemas['Environment']; deployment: Deployment }) {
  const create = useCreateDeployment(e.project, e.name)
  const navigate = useNavigate()
  const notify = useNotify()
  const back = () => create.mutate({ from: { deployment: d.id } }, { onSuccess: ({ id }) => void navigate({ to: '/operations/$operation', params: { operation: id } }), onError: notify.refused })
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement><Button size="small" disabled={create.isPending}>Roll back</Button></DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Roll {e.project}/{e.name} back?</DialogTitle>
          <DialogContent>
            Exactly what was built on {exactTime(new Date(d.createdAt))} is built again: the same manifest, with the same versions of its definitions.
            Data is not rolled back.
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>Leave it</Button></DialogTrigger>
            <DialogTrigger disableButtonEnhancement><Button appearance="primary" onClick={back}>Roll back to it</Button></DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

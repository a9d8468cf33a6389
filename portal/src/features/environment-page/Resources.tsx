import { lazy, Suspense } from 'react'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { useDriftReport } from '@/features/drift/api/get-drift-report'
import { EnvironmentStatus } from '@/features/environments/EnvironmentStatus'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Loading } from '@/shared/ui/Loading'
import { Status } from '@/shared/ui/Status'
import { Table, type Column } from '@/shared/ui/Table'
import { graphOf, type GraphNode } from './graph'

const ResourceGraph = lazy(() => import('./ResourceGraph'))

export function Resources({ environment: e }: { environment: Schemas['Environment'] }) {
  const query = useDeployment(e.project, e.name, e.deployment)
  if (!e.deployment) return <EmptyState title="Nothing was deployed yet">When the first deployment is through, its resources are drawn here with what they need of each other.</EmptyState>
  return <Loaded query={query}>{(deployment) => <Drawn deployment={deployment} environment={e} />}</Loaded>
}

function Drawn({ deployment, environment: e }: { deployment: Schemas['Deployment']; environment: Schemas['Environment'] }) {
  const drifted = useDriftReport(e.project, e.name).data?.resources.map((r) => r.alias) ?? []
  const graph = graphOf(deployment)
  if (graph.nodes.length === 0) return <EmptyState title="The environment is empty">Deploy a template or a manifest with resources.</EmptyState>
  const columns: Column<GraphNode>[] = [
    { title: 'Resource', cell: (n) => n.alias },
    { title: 'Type', cell: (n) => n.type },
    { title: 'State', cell: (n) => (drifted.includes(n.alias) ? <Status tone="bad">Drifted</Status> : <EnvironmentStatus state={e.state} />) },
    { title: 'Built by', cell: (n) => n.definition ?? '' },
    { title: 'Reads from', cell: (n) => graph.edges.filter((x) => x.to === n.alias).map((x) => x.from).join(', ') || 'nothing' },
    { title: 'Outputs', cell: (n) => Object.keys(e.outputs[n.alias] ?? {}).join(', ') || 'none', wide: true },
    { title: 'Price a month', cell: (n) => priceOf(deployment, n.alias), wide: true },
  ]
  return (
    <>
      <Suspense fallback={<Loading rows={6} />}><ResourceGraph graph={graph} /></Suspense>
      <Table label="Resources" columns={columns} items={graph.nodes} keyOf={(n) => n.alias} />
    </>
  )
}

function priceOf({ price }: Schemas['Deployment'], alias: string): string {
  const items = price?.items.filter((i) => i.alias === alias) ?? []
  if (items.length === 0) return price?.unknown.find((u) => u.alias === alias)?.reason ?? 'none'
  return `${items.reduce((sum, i) => sum + Number(i.monthly), 0).toFixed(2)} ${price?.currency}`
}

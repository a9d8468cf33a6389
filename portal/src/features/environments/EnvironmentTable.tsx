import { Button } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Table, type Column } from '@/shared/ui/Table'
import { useEnvironments } from './api/list-environments'
import { EnvironmentStatus } from './EnvironmentStatus'

type Environment = Schemas['Environment']

const columns: Column<Environment>[] = [
  { title: 'Name', cell: (e) => <Link to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>{e.name}</Link> },
  { title: 'State', cell: (e) => <EnvironmentStatus state={e.state} /> },
  { title: 'Type', cell: (e) => e.type },
  { title: 'Template', cell: (e) => e.template ?? 'own manifest', wide: true },
  { title: 'Price a month', cell: (e) => e.monthly ?? '', wide: true },
  { title: 'Expires', cell: (e) => (e.expiresAt ? <Time at={e.expiresAt} /> : 'stays'), wide: true },
  { title: 'Changed', cell: (e) => <Time at={e.updatedAt} />, wide: true },
]

export function EnvironmentTable({ project }: { project: string }) {
  const query = useEnvironments(project)
  const navigate = useNavigate()
  return (
    <Loaded query={query}>
      {(all) => all.length > 0 ? <Table label={`Environments of ${project}`} columns={columns} items={all} keyOf={(e) => e.name} /> : (
        <EmptyState title="No environment yet" action={<Button appearance="primary" onClick={() => void navigate({ to: '/projects/$project/new-environment', params: { project } })}>New environment</Button>}>
          An environment is a place of its own: a template says what is in it, its type says who approves and what it may cost.
        </EmptyState>
      )}
    </Loaded>
  )
}

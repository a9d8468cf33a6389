import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Facts } from '@/shared/ui/Page'
import { Table, type Column } from '@/shared/ui/Table'

type Project = Schemas['Project']

const memberColumns: Column<Schemas['Member']>[] = [
  { title: 'Who', cell: (m) => m.id },
  { title: 'Kind', cell: (m) => m.kind ?? 'user', wide: true },
  { title: 'Role', cell: (m) => m.role },
  { title: 'Where', cell: (m) => m.environment ?? (m.environmentType ? `type ${m.environmentType}` : 'whole project') },
  { title: 'Until', cell: (m) => (m.expiresAt ? <Time at={m.expiresAt} /> : 'no end'), wide: true },
]

export function Members({ project }: { project: Project }) {
  if (project.members.length === 0) return <EmptyState title="Nobody is named here">Whoever may see this project has it from the team {project.team} or from the platform.</EmptyState>
  return <Table label={`Members of ${project.name}`} columns={memberColumns} items={project.members} keyOf={(m) => `${m.id} ${m.role} ${m.environment} ${m.environmentType}`} />
}

/** What the project may have, and what of it is taken. */
export function Limits({ project, environments }: { project: Project; environments: number }) {
  const { quota, budget } = project
  return (
    <Facts rows={[
      ['Environments', quota?.environments ? `${environments} of ${quota.environments}` : `${environments}, without a bound`],
      ['Running operations', quota?.runningOperations ? `at most ${quota.runningOperations}` : 'without a bound'],
      ['Deployments an hour', quota?.deploymentsPerHour ? `at most ${quota.deploymentsPerHour}` : 'without a bound'],
      ...Object.entries(quota?.resources ?? {}).map(([type, most]): [string, string] => [type, `at most ${most}`]),
      ['Budget a month', budget ? `${budget.monthly}; over it ${budget.over === 'refuse' ? 'requests are refused' : 'requests need an approval'}` : 'none'],
      ['Environment types', project.environmentTypes?.join(', ') ?? 'all'],
      ['Pinned versions', project.pins?.map((p) => `${p.kind} ${p.name}@${p.version}`).join(', ')],
    ]} />
  )
}

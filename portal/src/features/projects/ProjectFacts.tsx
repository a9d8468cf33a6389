import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
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

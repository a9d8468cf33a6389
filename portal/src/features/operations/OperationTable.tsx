import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { Duration } from '@/shared/time/Duration'
import { Time } from '@/shared/time/Time'
import { Status } from '@/shared/ui/Status'
import { Table, type Column } from '@/shared/ui/Table'
import { isFinal } from './api/get-operation'
import { operationState, operationTitle } from './words'

type Operation = Schemas['Operation']

const columns: Column<Operation>[] = [
  { title: 'Operation', cell: (o) => <Link to="/operations/$operation" params={{ operation: o.id }}>{operationTitle(o)} {o.project}{o.environment && `/${o.environment}`}</Link> },
  { title: 'Status', cell: (o) => { const { tone, word } = operationState(o); return <Status tone={tone}>{word}</Status> } },
  { title: 'Asked', cell: (o) => <Time at={o.createdAt} /> },
  { title: 'By', cell: (o) => o.requestedBy, wide: true },
  { title: 'Took', cell: (o) => <Duration from={o.createdAt} to={isFinal(o) ? o.lastUpdatedAt : undefined} />, wide: true },
]

export function OperationTable({ label, operations }: { label: string; operations: Operation[] }) {
  return <Table label={label} columns={columns} items={operations} keyOf={(o) => o.id} />
}

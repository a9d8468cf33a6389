import { Badge } from '@fluentui/react-components'
import type { JsonSchema } from '@/features/schema-form/schema'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Table } from '@/shared/ui/Table'
import { rowsOf, type SchemaRow } from './schema-rows'

/** What can be set, or what one gets, property by property. */
export function SchemaTable({ label, schema, nothing }: { label: string; schema: JsonSchema; nothing: string }) {
  const rows = rowsOf(schema)
  if (rows.length === 0) return <EmptyState title={nothing} />
  return (
    <Table label={label} items={rows} keyOf={(r) => r.name} columns={[
      { title: 'Name', cell: (r: SchemaRow) => <><code>{r.name}</code> {r.secret && <Badge appearance="tint" color="warning">secret</Badge>}</> },
      { title: 'What it is', cell: (r) => <span className="lz-wrap">{r.title}{r.help && <span className="lz-muted"> {r.help}</span>}</span> },
      { title: 'Value', cell: (r) => <span className="lz-wrap">{r.kind}</span> },
      { title: 'If left out', cell: (r) => <span className="lz-wrap">{r.need}</span> },
    ]} />
  )
}

import { Badge, Button } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { Table, type Column } from '@/shared/ui/Table'
import { useNotify } from '@/shared/ui/Toasts'
import { useChangeValues } from './api/change-values'
import { useValues } from './api/get-values'
import { ValueDialog } from './ValueDialog'
import { ValueHistory } from './ValueHistory'

/** The values that hold in an environment, with their history. */
export function ValueTable({ project, environment }: { project: string; environment: string }) {
  const query = useValues(project, environment)
  const change = useChangeValues(project, environment)
  const notify = useNotify()
  const [editing, setEditing] = useState<Partial<Schemas['Value']>>()
  const remove = (key: string) => change.mutate({ remove: [key] }, { onSuccess: () => notify.done(`${key} is removed`), onError: notify.refused })
  const columns: Column<Schemas['Value']>[] = [
    { title: 'Key', cell: (v) => <code>{v.key}</code> },
    { title: 'Value', cell: (v) => (v.secret ? <Badge appearance="tint">secret, kept in the vault</Badge> : <code>{typeof v.value === 'string' ? v.value : JSON.stringify(v.value)}</code>) },
    { title: 'Set at', cell: (v) => v.origin, wide: true },
    { title: 'Changed', cell: (v) => <><Time at={v.updatedAt} /> by {v.updatedBy}</>, wide: true },
    { title: 'Change', cell: (v) => (
      <span className="lz-row">
        <Button size="small" onClick={() => setEditing(v)} aria-label={`Edit ${v.key}`}>Edit</Button>
        {v.origin === 'environment' && <Button size="small" onClick={() => remove(v.key)} disabled={change.isPending} aria-label={`Remove ${v.key}`}>Remove</Button>}
      </span>
    ) },
  ]
  return (
    <>
      <Section title="Values" actions={<Button onClick={() => setEditing({})}>Set a value</Button>}>
        <Loaded query={query}>
          {(values) => values.value.length ? <Table label="Values" columns={columns} items={values.value} keyOf={(v) => v.key} /> : (
            <EmptyState title="No value is set">A manifest reads values as <code>{'${values.KEY}'}</code>. Those of the project hold here too, unless one of the same key is set here. The next deployment takes them along.</EmptyState>
          )}
        </Loaded>
      </Section>
      <ValueHistory project={project} environment={environment} />
      {editing && <ValueDialog project={project} environment={environment} value={editing} close={() => setEditing(undefined)} />}
    </>
  )
}

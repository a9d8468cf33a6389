import { Badge, Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { Table, type Column } from '@/shared/ui/Table'
import { useNotify } from '@/shared/ui/Toasts'
import { projectValuesQuery } from './api/get-project-values'
import { etagOf, useChangeValues, useScopeValues, type ValueScope } from './scope'
import { ValueDialog } from './ValueDialog'
import { ValueHistory } from './ValueHistory'
import { shownValue } from './words'

type Value = Schemas['Value']

/** The values that hold in a project or an environment, where each comes from, and their history. */
export function ValuesView({ scope }: { scope: ValueScope }) {
  const query = useScopeValues(scope)
  const [editing, setEditing] = useState<{ values: Schemas['Values']; value: Partial<Value> }>()
  const values = query.data
  return (
    <>
      <Section title={values ? `Values, version ${values.version}` : 'Values'} actions={<Button disabled={!values} onClick={() => values && setEditing({ values, value: {} })}>Set a value</Button>}>
        <Loaded query={query}>
          {(found) => found.value.length ? <ValueTable scope={scope} values={found} edit={(value) => setEditing({ values: found, value })} /> : (
            <EmptyState title="No value is set">A manifest reads values as <code>{'${values.KEY}'}</code>. Those of the project hold in all of its environments, unless one of the same key is set there. The next deployment takes them along.</EmptyState>
          )}
        </Loaded>
      </Section>
      {values && <ValueHistory scope={scope} values={values} />}
      {editing && <ValueDialog scope={scope} {...editing} close={() => setEditing(undefined)} />}
    </>
  )
}

function ValueTable({ scope, values, edit }: { scope: ValueScope; values: Schemas['Values']; edit: (value: Value) => void }) {
  const change = useChangeValues(scope)
  const notify = useNotify()
  const beneath = useQuery({ ...projectValuesQuery(scope.project), enabled: !!scope.environment }).data?.value
  const own = (v: Value) => !scope.environment || v.origin === 'environment'
  const overridden = (v: Value) => (scope.environment && v.origin === 'environment' ? beneath?.find((b) => b.key === v.key) : undefined)
  const remove = (v: Value) => {
    const under = overridden(v)
    change.mutate({ etag: etagOf(values), body: { remove: [v.key] } }, { onSuccess: () => notify.done(`${v.key} is removed`, under && 'That of the project holds again.'), onError: notify.refused })
  }
  const columns: Column<Value>[] = [
    { title: 'Key', cell: (v) => <code>{v.key}</code> },
    { title: 'Value', cell: (v) => (v.secret ? <Badge appearance="tint">secret, kept in the vault</Badge> : <code className="lz-value">{shownValue(v)}</code>) },
    ...(scope.environment ? [{ title: 'Comes from', cell: (v: Value) => <Origin scope={scope} value={v} over={overridden(v)} /> }] : []),
    { title: 'Set', cell: (v) => <><Time at={v.updatedAt} /> by {v.updatedBy}</>, wide: true },
    { title: 'Change', cell: (v) => (
      <span className="lz-row">
        <Button size="small" onClick={() => edit(v)} aria-label={`${own(v) ? 'Edit' : 'Override'} ${v.key}`}>{own(v) ? 'Edit' : 'Override'}</Button>
        {own(v) && <Button size="small" onClick={() => remove(v)} disabled={change.isPending} aria-label={`Remove ${v.key}`}>Remove</Button>}
      </span>
    ) },
  ]
  return <Table label="Values" columns={columns} items={values.value} keyOf={(v) => v.key} />
}

function Origin({ scope, value, over }: { scope: ValueScope; value: Value; over: Value | undefined }) {
  if (value.origin === 'project') return <Link to="/projects/$project/values" params={{ project: scope.project }}>project {scope.project}</Link>
  return <>this environment{over && <span className="lz-muted"> over the project's {over.secret ? 'secret' : <code>{shownValue(over)}</code>}</span>}</>
}

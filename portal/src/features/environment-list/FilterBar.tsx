import { Button, Field, Input, Select, Switch } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { environmentStates } from '@/features/environments/states'
import type { Schemas } from '@/shared/api/client'
import { useDebounced } from '@/shared/ui/useDebounced'
import { choices, type Filters } from './filters'

interface FilterBarProps {
  all: Schemas['Environment'][]
  filters: Filters
  change: (filters: Filters) => void
}

/** The filters of the list. Each is in the address, so that what one sees can be sent to somebody. */
export function FilterBar({ all, filters: f, change }: FilterBarProps) {
  const [find, setFind] = useState(f.find ?? '')
  const rested = useDebounced(find, 150)
  useEffect(() => {
    if (rested !== (f.find ?? '')) change({ ...f, find: rested || undefined })
  }, [rested]) // what was typed leads; the address follows
  const narrowed = !!(f.find || f.project || f.type || f.state || f.owner || f.expiring)
  const one = (label: string, key: 'project' | 'type' | 'owner', values: string[], first: [string, string][] = []) => (
    <Field label={label}>
      <Select value={f[key] ?? ''} onChange={(_, d) => change({ ...f, [key]: d.value || undefined })}>
        <option value="">All</option>
        {first.map(([value, title]) => <option key={value} value={value}>{title}</option>)}
        {[...new Set([...values, ...(f[key] && !first.some(([v]) => v === f[key]) ? [f[key]] : [])])].map((v) => <option key={v}>{v}</option>)}
      </Select>
    </Field>
  )
  return (
    <div className="lz-filters" role="search" aria-label="Filter environments">
      <Field label="Find"><Input type="search" value={find} placeholder="payments dev" onChange={(_, d) => setFind(d.value)} /></Field>
      {one('Project', 'project', choices(all, (e) => e.project))}
      {one('Type', 'type', choices(all, (e) => e.type))}
      <Field label="State">
        <Select value={f.state ?? ''} onChange={(_, d) => change({ ...f, state: (d.value || undefined) as Filters['state'] })}>
          <option value="">All</option>
          {Object.entries(environmentStates).filter(([state]) => state !== 'deleted').map(([state, { word }]) => <option key={state} value={state}>{word}</option>)}
        </Select>
      </Field>
      {one('Owner', 'owner', choices(all, (e) => e.createdBy), [['me', 'Me']])}
      <Switch label="Expires within 3 days" checked={f.expiring ?? false} onChange={(_, d) => change({ ...f, expiring: d.checked || undefined })} />
      {narrowed && <Button appearance="subtle" onClick={() => { setFind(''); change({ sort: f.sort, down: f.down }) }}>Show all</Button>}
    </div>
  )
}

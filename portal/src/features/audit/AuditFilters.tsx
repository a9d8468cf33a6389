import { Button, Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { useProjects } from '@/features/projects/api/list-projects'
import type { Schemas } from '@/shared/api/client'
import type { AuditSearch } from './api/list-audit-events'

interface AuditFiltersProps {
  search: AuditSearch
  /** The project is given by the page. */
  fixed: boolean
  go: (search: AuditSearch) => void
}

/** What is looked for. It counts when it is asked for, not with every letter: the log is long. */
export function AuditFilters({ search, fixed, go }: AuditFiltersProps) {
  const [typed, setTyped] = useState<AuditSearch>(search)
  const projects = useProjects().data ?? []
  const set = (to: AuditSearch) => setTyped({ ...typed, ...to })
  const wrongActor = !!typed.actor && !/^[A-Za-z0-9._-]{1,64}$/.test(typed.actor)
  const wrongAction = !!typed.action && !/^[A-Za-z]{1,64}$/.test(typed.action)
  const backwards = !!typed.from && !!typed.to && typed.from >= typed.to
  return (
    <form role="search" aria-label="Audit log" className="lz-row lz-filters" noValidate onSubmit={(e) => { e.preventDefault(); if (!wrongActor && !wrongAction && !backwards) go(typed) }}>
      {!fixed && (
        <Field label="Project">
          <Select value={typed.project ?? ''} onChange={(_, d) => set({ project: d.value || undefined })}>
            <option value="">All</option><option value="ACCESS">The platform itself</option><option value="CATALOG">The catalog</option>
            {typed.project && !['ACCESS', 'CATALOG'].includes(typed.project) && !projects.some((p) => p.name === typed.project) && <option>{typed.project}</option>}
            {projects.map((p) => <option key={p.name} value={p.name}>{p.title}</option>)}
          </Select>
        </Field>
      )}
      <Field label="Who" {...problem(wrongActor && 'An object id.')}><Input value={typed.actor ?? ''} autoComplete="off" onChange={(_, d) => set({ actor: d.value || undefined })} /></Field>
      <Field label="Operation" {...problem(wrongAction && 'Such as putEnvironment.')}><Input value={typed.action ?? ''} autoComplete="off" placeholder="putEnvironment" onChange={(_, d) => set({ action: d.value || undefined })} /></Field>
      <Field label="Outcome"><Select value={typed.outcome ?? ''} onChange={(_, d) => set({ outcome: (d.value || undefined) as Schemas['AuditOutcome'] | undefined })}><option value="">All</option><option value="accepted">Accepted</option><option value="refused">Refused</option></Select></Field>
      <Field label="From"><Input type="datetime-local" value={typed.from ?? ''} onChange={(_, d) => set({ from: d.value || undefined })} /></Field>
      <Field label="To" {...problem(backwards && 'Has to be after From.')}><Input type="datetime-local" value={typed.to ?? ''} onChange={(_, d) => set({ to: d.value || undefined })} /></Field>
      <div className="lz-row"><Button type="submit" appearance="primary">Search</Button><Button onClick={() => { const none = fixed ? { project: search.project } : {}; setTyped(none); go(none) }}>Clear</Button></div>
    </form>
  )
}

const problem = (text: string | false) => (text ? { validationState: 'error' as const, validationMessage: text } : {})

import { Button, Field, Input, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { useState } from 'react'
import { LazySchemaForm } from '@/features/schema-form/LazySchemaForm'
import { isObject, withoutDefaults } from '@/features/schema-form/schema'
import { faultsBelow, type Fault } from '@/features/schema-form/validate'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import type { Manifest } from './text'

interface ManifestFormProps {
  manifest: Manifest
  types: Schemas['ResourceType'][]
  faults: Fault[]
  /** Puts a value at a path of the manifest; undefined takes it away. */
  put: (path: string[], value: unknown) => void
}

/** A manifest, resource by resource, each with the form that its type says. */
export function ManifestForm({ manifest, types, faults, put }: ManifestFormProps) {
  const resources = Object.entries(isObject(manifest.resources) ? manifest.resources : {})
  const workloads = Object.keys(isObject(manifest.workloads) ? manifest.workloads : {})
  return (
    <div className="lz-stack">
      {resources.length === 0 && <EmptyState title="Nothing is in it yet">Add a resource, such as a database. What it needs, its form says.</EmptyState>}
      {resources.map(([alias, resource]) => <ResourceForm key={alias} alias={alias} resource={resource} types={types} faults={faultsBelow(faults, `/resources/${alias}`)} put={(path, value) => put(['resources', alias, ...path], value)} />)}
      {workloads.length > 0 && <p className="lz-muted">Workloads: {workloads.join(', ')}. They are Score documents, and are changed as YAML.</p>}
      <AddResource types={types} taken={resources.map(([alias]) => alias)} add={(alias, type) => put(['resources', alias], { type })} />
    </div>
  )
}

interface ResourceFormProps {
  alias: string
  resource: Schemas['ManifestResource']
  types: Schemas['ResourceType'][]
  faults: Fault[]
  put: (path: string[], value: unknown) => void
}

function ResourceForm({ alias, resource, types, faults, put }: ResourceFormProps) {
  const r = isObject(resource) ? resource : { type: '' }
  const type = types.find((t) => t.name === r.type)
  const own = faults.filter((f) => !f.pointer.startsWith('/inputs'))
  const inputs = isObject(r.inputs) ? r.inputs : {}
  const change = (values: Record<string, unknown>) => {
    const said = type ? withoutDefaults(type.inputs, values) : values
    put(['inputs'], Object.keys(said).length > 0 ? said : undefined)
  }
  return (
    <section className="lz-card" aria-label={`Resource ${alias}`}>
      <div className="lz-row"><h3>{alias}</h3><span className="lz-muted">{type?.title ?? String(r.type)}</span>
        <Button className="lz-push" size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={`Remove ${alias}`} onClick={() => put([], undefined)} />
      </div>
      {own.map((f) => <p key={f.pointer} role="alert" className="lz-fault">{f.text}</p>)}
      <Field label="Class" hint="Which kind of it, where there are several."><Input value={typeof r.class === 'string' ? r.class : ''} onChange={(_, d) => put(['class'], d.value || undefined)} /></Field>
      {type ? <LazySchemaForm name={`resource-${alias}`} schema={type.inputs} values={inputs} change={change} references faults={faultsBelow(faults, '/inputs')} /> : <p className="lz-muted">There is no such type in the catalog; change it as YAML.</p>}
    </section>
  )
}

const validAlias = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/

function AddResource({ types, taken, add }: { types: Schemas['ResourceType'][]; taken: string[]; add: (alias: string, type: string) => void }) {
  const [alias, setAlias] = useState('')
  const [type, setType] = useState('')
  const wrong = taken.includes(alias) ? 'There is one of this name.' : alias && !validAlias.test(alias) ? 'Two or more small letters, digits and dashes; it begins with a letter.' : ''
  const ready = alias !== '' && type !== '' && !wrong
  return (
    <div className="lz-card" role="group" aria-label="Add a resource">
      <h3>Add a resource</h3>
      <div className="lz-filters">
        <Field label="Type"><Select value={type} onChange={(_, d) => setType(d.value)}><option value="" />{types.map((t) => <option key={t.name} value={t.name}>{t.title}</option>)}</Select></Field>
        <Field label="Name of the resource" {...(wrong ? { validationState: 'error' as const, validationMessage: wrong } : {})}><Input value={alias} onChange={(_, d) => setAlias(d.value)} placeholder="db" autoComplete="off" /></Field>
        <Button icon={<AddRegular />} disabled={!ready} onClick={() => { add(alias, type); setAlias(''); setType('') }}>Add</Button>
      </div>
    </div>
  )
}

import { Button, Input, Select } from '@fluentui/react-components'
import { useTemplate } from '@/features/catalog/api/get-template'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useTemplates } from '@/features/catalog/api/list-templates'
import { LazySchemaForm } from '@/features/schema-form/LazySchemaForm'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Failed } from '@/shared/ui/Failed'
import { CheckedField, type StepProps } from '../CheckedField'
import { mostEnvironments, newEnvironment } from '../draft'

export function EnvironmentsStep(props: StepProps) {
  const { draft, change } = props
  const first = draft.someTypes ? draft.types[0] : undefined
  return (
    <>
      {draft.environments.length === 0 && <EmptyState title="No environment to start with">Environments can be made with the project, up to {mostEnvironments}, or later by its people.</EmptyState>}
      {draft.environments.map((_, n) => <OneEnvironment key={n} {...props} n={n} />)}
      {draft.environments.length < mostEnvironments && <div><Button onClick={() => change({ list: 'environments', add: { ...newEnvironment, ...(first ? { type: first } : {}) } })}>Add an environment</Button></div>}
    </>
  )
}

function OneEnvironment({ draft, change, wrong, strict, n }: StepProps & { n: number }) {
  const env = draft.environments[n] ?? newEnvironment
  const [typesQuery, templatesQuery, templateQuery] = [useEnvironmentTypes(), useTemplates(), useTemplate(env.template)]
  const types = typesQuery.data ?? []
  const templates = templatesQuery.data ?? []
  const type = types.find((t) => t.name === env.type)
  const usable = templates.filter((t) => !type || type.templates.includes('*') || type.templates.includes(t.name))
  const template = templateQuery.data
  const at = `/environments/${n}`
  const set = (to: Partial<typeof env>) => change({ list: 'environments', at: n, set: to })
  const typed = (pointer: string) => env.parameters[pointer.split('/')[1] ?? ''] !== undefined
  const faults = wrong.filter((w) => w.pointer.startsWith(`${at}/parameters/`)).map((w) => ({ pointer: w.pointer.slice(`${at}/parameters`.length), text: w.detail })).filter((w) => strict || typed(w.pointer))
  return (
    <fieldset className="lz-group">
      <legend>{env.name || `Environment ${n + 1}`}</legend>
      <Failed queries={[typesQuery, templatesQuery, templateQuery]} />
      <CheckedField pointer={`${at}/name`} wrong={wrong} strict={strict} label="Name" required><Input value={env.name} autoComplete="off" spellCheck={false} onChange={(_, d) => set({ name: d.value })} /></CheckedField>
      <CheckedField pointer={`${at}/type`} wrong={wrong} strict={strict} label="Type" hint={type?.description ?? ''}>
        <Select value={env.type} onChange={(_, d) => set({ type: d.value })}>{types.map((t) => <option key={t.name} value={t.name} disabled={draft.someTypes && !draft.types.includes(t.name)}>{t.title}</option>)}</Select>
      </CheckedField>
      <CheckedField pointer={`${at}/template`} wrong={wrong} strict={strict} label="Template" required hint={template?.description ?? ''}>
        <Select value={env.template} onChange={(_, d) => set({ template: d.value })}>
          <option value="">Choose…</option>
          {usable.map((t) => <option key={t.name} value={t.name}>{`${t.title}${t.price ? ` · from ${t.price.monthly} ${t.price.currency} a month` : ''}`}</option>)}
        </Select>
      </CheckedField>
      {template && <LazySchemaForm key={template.name} name={`environment-${n}`} schema={template.parameters} values={env.parameters} faults={faults} change={(parameters) => set({ parameters })} />}
      <div><Button size="small" onClick={() => change({ list: 'environments', remove: n })}>{`Remove ${env.name || `environment ${n + 1}`}`}</Button></div>
    </fieldset>
  )
}

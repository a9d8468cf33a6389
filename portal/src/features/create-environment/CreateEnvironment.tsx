import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useReducer } from 'react'
import { useTemplate } from '@/features/catalog/api/get-template'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useTemplates } from '@/features/catalog/api/list-templates'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { PreviewView } from '@/features/deployments/PreviewView'
import { useCreateEnvironment } from '@/features/environments/api/put-environment'
import type { Schemas } from '@/shared/api/client'
import { problemOf } from '@/shared/api/problem'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { useDebounced } from '@/shared/ui/useDebounced'
import { fieldsOf } from './fields'
import { ParameterForm } from './ParameterForm'

interface Wish {
  name: string
  type: string
  template: string
  parameters: Record<string, unknown>
}

/** Another template has other parameters, so they begin anew. */
const wishes = (w: Wish, change: Partial<Wish>): Wish => ({ ...w, ...change, ...(change.template && change.template !== w.template ? { parameters: {} } : {}) })

const validName = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/

export function CreateEnvironment({ project, template: chosen }: { project: string; template?: string | undefined }) {
  const [wish, change] = useReducer(wishes, { name: '', type: 'dev', template: chosen ?? '', parameters: {} })
  const types = useEnvironmentTypes().data ?? []
  const templates = useTemplates().data ?? []
  const type = types.find((t) => t.name === wish.type)
  const usable = templates.filter((t) => !type || type.templates.includes('*') || type.templates.includes(t.name))
  const template = useTemplate(wish.template).data
  const spec: Schemas['EnvironmentSpec'] = { type: wish.type, template: wish.template, parameters: wish.parameters }
  const nameFits = validName.test(wish.name)
  const fields = template ? fieldsOf(template.parameters) : []
  const missing = fields.filter((f) => f.required && (wish.parameters[f.name] ?? f.initial) === undefined)
  const asked = useDebounced(useDeferredValue(spec), 300)
  const preview = useQuery({ ...previewQuery(project, nameFits ? wish.name : 'new', asked), enabled: asked.template !== '' && !!template && missing.length === 0 })
  const create = useCreateEnvironment(project)
  const navigate = useNavigate()
  const errors = problemOf(preview.error)?.errors ?? problemOf(create.error)?.errors ?? []
  const submit = () => {
    if (!nameFits || !wish.template || missing.length > 0) return
    create.mutate({ environment: wish.name, spec }, { onSuccess: (operation) => operation && void navigate({ to: '/operations/$operation', params: { operation } }) })
  }
  return (
    <form className="lz-columns" onSubmit={(e) => { e.preventDefault(); submit() }}>
      <div className="lz-stack">
        <Field label="Name" required hint="Small letters, digits and dashes; it is part of addresses." {...(wish.name && !nameFits ? { validationState: 'error' as const, validationMessage: 'Two letters or more; it begins with a letter.' } : {})}>
          <Input value={wish.name} onChange={(_, d) => change({ name: d.value })} placeholder="dev" autoComplete="off" />
        </Field>
        <Field label="Type" hint={type?.description ?? ''}>
          <Select value={wish.type} onChange={(_, d) => change({ type: d.value })}>{types.map((t) => <option key={t.name} value={t.name}>{t.title}</option>)}</Select>
        </Field>
        <Field label="Template" required>
          <RadioGroup value={wish.template} onChange={(_, d) => change({ template: d.value })} className="lz-templates">
            {usable.map((t) => <Radio key={t.name} value={t.name} label={<>{t.title} <span className="lz-muted">{t.takes} · from {t.price?.monthly} {t.price?.currency}</span></>} />)}
          </RadioGroup>
        </Field>
        {template && <ParameterForm fields={fields} values={wish.parameters} errors={errors} change={(name, value) => change({ parameters: { ...wish.parameters, [name]: value } })} />}
        {create.error && <ErrorView error={create.error} />}
        <div><Button type="submit" appearance="primary" disabled={create.isPending || !nameFits || !wish.template || missing.length > 0}>Create and deploy</Button></div>
      </div>
      <Section title="What it does and costs">
        <div aria-live="polite">
          {!wish.template ? <EmptyState title="Choose a template">What would be made, its price, policies and approvals are told here as you type.</EmptyState>
            : missing.length > 0 ? <EmptyState title={`Fill in ${missing.map((f) => f.title).join(', ')}`}>Then it is told here what would be made and what it costs.</EmptyState>
            : preview.error ? <ErrorView error={preview.error} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
        </div>
      </Section>
    </form>
  )
}

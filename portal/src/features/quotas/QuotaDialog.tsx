import { Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { useResourceTypes } from '@/features/catalog/api/list-resource-types'
import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
import { isAmount, isCount, quotaOf, typedOf, type TypedLimits } from './typed'

interface QuotaDialogProps {
  title: string
  quota?: Schemas['Quota'] | undefined
  /** Left out where there is no budget, as for a team. */
  budget?: { now?: Schemas['Budget'] | undefined }
  error: Error | null
  saving: boolean
  save: (quota: Schemas['Quota'] | undefined, budget: Schemas['Budget'] | undefined) => void
  close: () => void
}

const bounds = [['environments', 'Environments'], ['runningOperations', 'Operations at the same time'], ['deploymentsPerHour', 'Deployments in an hour']] as const

export function QuotaDialog({ title, quota, budget, error, saving, save, close }: QuotaDialogProps) {
  const [typed, setTyped] = useState<TypedLimits>(typedOf(quota, budget?.now))
  const set = (to: Partial<TypedLimits>) => setTyped({ ...typed, ...to })
  const free = (useResourceTypes().data ?? []).filter((r) => !(r.name in typed.resources))
  const wrong = bounds.some(([key]) => !isCount(typed[key], 1)) || Object.values(typed.resources).some((n) => n === '' || !isCount(n, 0)) || !isAmount(typed.monthly)
  const submit = () => save(quotaOf(typed), typed.monthly ? { monthly: typed.monthly, over: typed.over } : undefined)
  return (
    <FormDialog title={title} close={close} submit="Save" onSubmit={submit} disabled={wrong || saving} error={error}>
      {bounds.map(([key, label]) => <Field key={key} label={label} hint="At most; nothing is no bound." {...problem(!isCount(typed[key], 1) && 'A number from 1 to 1000.')}><Input inputMode="numeric" value={typed[key]} onChange={(_, d) => set({ [key]: d.value })} /></Field>)}
      {Object.entries(typed.resources).map(([type, n]) => (
        <Field key={type} label={`Resources of type ${type}`} hint="At most; 0 forbids it, nothing takes the bound away." {...problem(n !== '' && !isCount(n, 0) && 'A number from 0 to 1000.')}>
          <Input inputMode="numeric" value={n} onChange={(_, d) => set({ resources: { ...typed.resources, [type]: d.value } })} onBlur={() => n === '' && set({ resources: Object.fromEntries(Object.entries(typed.resources).filter(([t]) => t !== type)) })} />
        </Field>
      ))}
      {free.length > 0 && <Field label="Bound a type of resource"><Select value="" onChange={(_, d) => d.value && set({ resources: { ...typed.resources, [d.value]: '1' } })}><option value="">Choose…</option>{free.map((r) => <option key={r.name} value={r.name}>{r.title}</option>)}</Select></Field>}
      {budget && (
        <>
          <Field label="Budget a month" hint="Nothing is no budget." {...problem(!isAmount(typed.monthly) && 'An amount such as 500 or 99.50.')}><Input inputMode="decimal" value={typed.monthly} onChange={(_, d) => set({ monthly: d.value.trim() })} /></Field>
          <Field label="Over it"><Select value={typed.over} onChange={(_, d) => set({ over: d.value as 'approve' | 'refuse' })}><option value="approve">Somebody has to approve</option><option value="refuse">Requests are refused</option></Select></Field>
        </>
      )}
    </FormDialog>
  )
}

const problem = (text: string | false) => (text ? { validationState: 'error' as const, validationMessage: text } : {})

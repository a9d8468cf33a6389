import { Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { valueOf, type ParameterField } from './fields'

interface ParameterFormProps {
  fields: ParameterField[]
  values: Record<string, unknown>
  change: (name: string, value: unknown) => void
  /** What the preview says of each, by JSON pointer. */
  errors: Schemas['ProblemError'][]
}

export function ParameterForm({ fields, values, change, errors }: ParameterFormProps) {
  return fields.map((field) => {
    const error = errors.find((e) => e.pointer.startsWith(`/parameters/${field.name}`))
    const value = values[field.name] ?? field.initial
    return field.kind === 'boolean' ? (
      <Checkbox key={field.name} label={field.title} checked={value === true} onChange={(_, d) => change(field.name, d.checked === true)} />
    ) : (
      <Field key={field.name} label={field.title} required={field.required} hint={field.help ?? ''} {...(error ? { validationState: 'error' as const, validationMessage: error.detail } : {})}>
        <Control field={field} value={value} change={(typed) => change(field.name, valueOf(field, typed))} />
      </Field>
    )
  })
}

function Control({ field, value, change, ...aria }: { field: ParameterField; value: unknown; change: (typed: string) => void }) {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  if (field.kind === 'choice') {
    return <Select {...aria} value={text} onChange={(_, d) => change(d.value)}>{!text && <option value="" />}{field.choices.map((c) => <option key={c}>{c}</option>)}</Select>
  }
  if (field.kind === 'json') return <Textarea {...aria} defaultValue={text} placeholder="JSON" onChange={(_, d) => change(d.value)} />
  return <Input {...aria} value={text} type={field.kind === 'number' ? 'number' : 'text'} onChange={(_, d) => change(d.value)} />
}

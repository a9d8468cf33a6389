import { Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components'
import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils'
import type { ReactElement } from 'react'
import { useFault } from './FormState'

/** Label, help and fault around a control. */
function Labelled({ label, hideLabel, required, schema, children }: Pick<WidgetProps, 'label' | 'hideLabel' | 'required' | 'schema'> & { children: ReactElement }) {
  const fault = useFault()
  return (
    <Field {...(hideLabel ? {} : { label })} required={!!required} hint={schema.description ?? ''} {...(fault ? { validationState: 'error' as const, validationMessage: fault } : {})}>
      {children}
    </Field>
  )
}

const shown = (value: unknown) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))

const kinds: Record<string, 'email' | 'url' | 'date' | 'time' | 'password'> = { email: 'email', uri: 'url', date: 'date', password: 'password' }

const named = ({ hideLabel, label, name }: WidgetProps) => (hideLabel ? { 'aria-label': label || name } : {})

function TextWidget(props: WidgetProps) {
  const { id, value, onChange, schema, disabled, placeholder } = props
  const numeric = schema.type === 'integer' || schema.type === 'number'
  return (
    <Labelled {...props}>
      <Input id={id} {...named(props)} value={shown(value)} disabled={!!disabled} placeholder={placeholder ?? ''} type={kinds[schema.format ?? ''] ?? 'text'} {...(numeric ? { inputMode: 'decimal' as const } : {})}
        autoComplete="off" onChange={(_, d) => onChange(d.value === '' ? undefined : d.value)} />
    </Labelled>
  )
}

function TextareaWidget(props: WidgetProps) {
  const { id, value, onChange, disabled } = props
  return <Labelled {...props}><Textarea id={id} {...named(props)} value={shown(value)} disabled={!!disabled} rows={4} resize="vertical" onChange={(_, d) => onChange(d.value === '' ? undefined : d.value)} /></Labelled>
}

function SelectWidget(props: WidgetProps) {
  const { id, value, onChange, options, disabled, required, schema } = props
  const choices = options.enumOptions ?? []
  const at = choices.findIndex((o) => JSON.stringify(o.value) === JSON.stringify(value))
  return (
    <Labelled {...props}>
      <Select id={id} {...(props.hideLabel || !props.label ? { 'aria-label': props.label || 'Form of the value' } : {})} value={at < 0 ? '' : String(at)} disabled={!!disabled} onChange={(_, d) => onChange(d.value === '' ? undefined : choices[Number(d.value)]?.value)}>
        {(at < 0 || (!required && schema.default === undefined)) && <option value="" />}
        {choices.map((o, n) => <option key={o.label} value={n}>{o.label}</option>)}
      </Select>
    </Labelled>
  )
}

function CheckboxWidget(props: WidgetProps) {
  const { id, value, onChange, label, disabled } = props
  return <Labelled {...props} hideLabel required={false}><Checkbox id={id} label={label} checked={value === true} disabled={!!disabled} onChange={(_, d) => onChange(d.checked === true)} /></Labelled>
}

/** Several of a few choices. */
function CheckboxesWidget({ id, value, onChange, label, options, disabled, schema }: WidgetProps) {
  const fault = useFault()
  const chosen: unknown[] = Array.isArray(value) ? value : []
  const choices = options.enumOptions ?? []
  return (
    <fieldset className="lz-fieldset" aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      <p id={`${id}-help`} className="lz-muted">{schema.description}{fault && <span role="alert" className="lz-fault">{fault}</span>}</p>
      {choices.map((o) => (
        <Checkbox key={o.label} label={o.label} checked={chosen.includes(o.value)} disabled={!!disabled}
          onChange={(_, d) => onChange(choices.map((c) => c.value as unknown).filter((v) => (v === o.value ? d.checked === true : chosen.includes(v))))} />
      ))}
    </fieldset>
  )
}

export const widgets: RegistryWidgetsType = {
  TextWidget, TextareaWidget, SelectWidget, CheckboxWidget, CheckboxesWidget, RadioWidget: SelectWidget, UpDownWidget: TextWidget, EmailWidget: TextWidget, URLWidget: TextWidget, PasswordWidget: TextWidget,
  DateWidget: TextWidget, DateTimeWidget: TextWidget, TimeWidget: TextWidget,
}

import { Field, Textarea } from '@fluentui/react-components'
import type { FieldProps } from '@rjsf/utils'
import { useState } from 'react'
import { useFault } from './FormState'

const textOf = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2))

/** A value that no other part of the form is for, written as JSON. What is no JSON yet is kept as it was typed. */
export function JsonField({ formData, onChange, name, schema, required, fieldPathId }: FieldProps) {
  const [text, setText] = useState(textOf(formData))
  const fault = useFault()
  const type = (typed: string) => {
    setText(typed)
    onChange(parsed(typed), fieldPathId.path)
  }
  return (
    <Field label={schema.title ?? name} required={!!required} hint={schema.description ?? 'JSON, or a reference such as ${values.SIZE}.'} {...(fault ? { validationState: 'error' as const, validationMessage: fault } : {})}>
      <Textarea value={text} resize="vertical" textarea={{ className: 'lz-mono' }} onChange={(_, d) => type(d.value)} />
    </Field>
  )
}

function parsed(typed: string): unknown {
  if (typed.trim() === '') return undefined
  try {
    return JSON.parse(typed) as unknown
  } catch {
    return typed
  }
}

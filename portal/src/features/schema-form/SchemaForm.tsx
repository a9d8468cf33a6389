// Not from the top of the package: that names a validator that compiles schemas to code.
import Form from '@rjsf/core/lib/components/Form.js'
import { useCallback, useMemo, useState } from 'react'
import { FormStateContext } from './FormState'
import { JsonField } from './JsonField'
import type { SchemaFormProps } from './LazySchemaForm'
import { forForm, withDefaults } from './schema'
import { templates } from './templates'
import { uiFor } from './ui'
import { faultsOf } from './validate'
import { validator } from './validator'
import { widgets } from './widgets'

const fields = { json: JsonField }

/** Made of a JSON Schema. Faults show where somebody was, and at once where the platform found them. */
export default function SchemaForm({ schema, values, change, faults: told = [], references = false, name }: SchemaFormProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const touch = useCallback((pointer: string) => setTouched((before) => (before.has(pointer) ? before : new Set([...before, pointer]))), [])
  const [emptied, setEmptied] = useState<ReadonlySet<string>>(new Set())
  const filled = useMemo(() => withDefaults(schema, values), [schema, values])
  // What a person emptied stays empty to write in, though the platform will fill it in.
  const shown = useMemo(() => Object.fromEntries(Object.entries(filled).filter(([property]) => values[property] !== undefined || !emptied.has(property))), [filled, values, emptied])
  const form = useMemo(() => forForm(schema), [schema])
  const ui = uiFor(schema, shown)
  const state = useMemo(() => {
    const found = faultsOf(schema, filled, references)
    return { touch, faults: [...found.filter((f) => touched.has(f.pointer)), ...told.filter((f) => !found.some((own) => own.pointer === f.pointer && touched.has(f.pointer)))] }
  }, [schema, filled, references, touched, told, touch])
  const take = (data: Record<string, unknown>) => {
    setEmptied(new Set(Object.keys(withDefaults(schema, {})).filter((property) => data[property] === undefined)))
    change(data)
  }
  return (
    <FormStateContext value={state}>
      <Form tagName="div" idPrefix={name} schema={form} uiSchema={ui} formData={shown} validator={validator} noValidate widgets={widgets} templates={templates} fields={fields}
        onChange={({ formData }) => take((formData ?? {}) as Record<string, unknown>)}><></></Form>
    </FormStateContext>
  )
}

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
  const form = useMemo(() => forForm(schema), [schema])
  const ui = uiFor(schema, values)
  const state = useMemo(() => {
    const found = faultsOf(schema, withDefaults(schema, values), references)
    return { touch, faults: [...found.filter((f) => touched.has(f.pointer)), ...told.filter((f) => !found.some((own) => own.pointer === f.pointer && touched.has(f.pointer)))] }
  }, [schema, values, references, touched, told, touch])
  return (
    <FormStateContext value={state}>
      <Form tagName="div" idPrefix={name} schema={form} uiSchema={ui} formData={values} validator={validator} noValidate widgets={widgets} templates={templates} fields={fields}
        onChange={({ formData }) => change((formData ?? {}) as Record<string, unknown>)}><></></Form>
    </FormStateContext>
  )
}

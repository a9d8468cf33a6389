import { lazy, Suspense } from 'react'
import { Loading } from '@/shared/ui/Loading'
import { isObject, propertiesOf, type JsonSchema } from './schema'
import type { Fault } from './validate'

export interface SchemaFormProps {
  schema: JsonSchema
  values: Record<string, unknown>
  change: (values: Record<string, unknown>) => void
  /** What the platform says of the values. */
  faults?: Fault[]
  /** Texts may refer to what is known only later. */
  references?: boolean
  /** Apart from every other form of the page. */
  name: string
}

const SchemaForm = lazy(() => import('./SchemaForm'))

const asksNothing = (schema: JsonSchema) => Object.keys(propertiesOf(schema)).length === 0 && !isObject(schema.additionalProperties)

/** The form library comes when the first form is shown. Nothing is shown where there is nothing to fill in. */
export function LazySchemaForm(props: SchemaFormProps) {
  if (asksNothing(props.schema)) return null
  return <Suspense fallback={<Loading rows={3} label="Loading the form" />}><SchemaForm {...props} /></Suspense>
}

import type { UiSchema } from '@rjsf/utils'
import { isObject, isReference, propertiesOf, type JsonSchema } from './schema'

/** How long a text may be that is typed in one line. */
const oneLine = 1024

const known = new Set(['string', 'integer', 'number', 'boolean', 'object', 'array'])

/** Which part of the form is used for each value, and in which order they stand: as x-order says, then what is required, then the rest. */
export function uiFor(schema: JsonSchema, value?: unknown): UiSchema {
  if (isJson(schema, value)) return { 'ui:field': 'json' }
  if (schema.type === 'array') return isObject(schema.items) ? { items: uiFor(schema.items) } : {}
  if (schema.type !== 'object') return isLong(schema) ? { 'ui:widget': 'textarea' } : {}
  const ui: UiSchema = { 'ui:order': orderOf(schema) }
  for (const [name, property] of Object.entries(propertiesOf(schema))) ui[name] = uiFor(property, isObject(value) ? value[name] : undefined)
  if (isObject(schema.additionalProperties)) ui.additionalProperties = uiFor(schema.additionalProperties)
  return ui
}

function isLong({ format, maxLength, pattern, enum: choices }: JsonSchema): boolean {
  return format === 'textarea' || (!choices && !pattern && typeof maxLength === 'number' && maxLength > oneLine)
}

/** What has no part of its own is written as JSON; so is a reference where no text belongs. */
function isJson(schema: JsonSchema, value: unknown): boolean {
  if (schema.enum || schema.const !== undefined) return isReference(value)
  if (schema.oneOf || schema.anyOf || schema.$ref || schema.allOf) return false
  if (typeof schema.type !== 'string' || !known.has(schema.type)) return true
  if (schema.type === 'object') return Object.keys(propertiesOf(schema)).length === 0 && !isObject(schema.additionalProperties)
  if (schema.type === 'array') return !isObject(schema.items)
  return schema.type === 'boolean' && isReference(value)
}

function orderOf(schema: JsonSchema): string[] {
  const said = Array.isArray(schema['x-order']) ? schema['x-order'].filter((n): n is string => typeof n === 'string') : []
  const required = Array.isArray(schema.required) ? schema.required.filter((n): n is string => typeof n === 'string') : []
  return [...new Set([...said, ...required]), '*']
}

import { isObject, propertiesOf, type JsonSchema } from '@/features/schema-form/schema'
import { valueText } from '@/shared/value'

/** A property as a table tells of it. */
export interface SchemaRow {
  name: string
  title: string
  help: string
  kind: string
  /** "required", a default, or nothing. */
  need: string
  secret: boolean
}

/** The properties of an object's schema, the required ones first. */
export function rowsOf(schema: JsonSchema): SchemaRow[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  return Object.entries(propertiesOf(schema))
    .map(([name, p]) => ({ name, title: text(p.title), help: text(p.description), kind: kindOf(p), need: required.has(name) && p.default === undefined ? 'required' : p.default === undefined ? '' : `default ${valueText(p.default)}`, secret: p['x-secret'] === true }))
    .sort((a, b) => Number(b.need === 'required') - Number(a.need === 'required'))
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const words: Record<string, string> = { string: 'text', integer: 'whole number', number: 'number', boolean: 'yes or no', array: 'list', object: 'object' }

/** What a value may be, in a few words. */
function kindOf(p: JsonSchema): string {
  const choices = Array.isArray(p.enum) ? p.enum : Array.isArray(p.oneOf) ? p.oneOf.filter(isObject).map((o) => o.const).filter((v) => v !== undefined) : []
  if (choices.length > 0) return choices.map(valueText).join(', ')
  const bounds = [p.minimum !== undefined && `from ${valueText(p.minimum)}`, p.maximum !== undefined && `to ${valueText(p.maximum)}`, p.maxLength !== undefined && `at most ${valueText(p.maxLength)} characters`].filter(Boolean).join(' ')
  return `${typeof p.type === 'string' ? (words[p.type] ?? p.type) : 'anything'}${bounds && `, ${bounds}`}`
}

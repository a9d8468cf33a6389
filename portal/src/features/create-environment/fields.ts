/** A parameter of a template as a form shows it. Schemas that are more than this are written as JSON. */
export interface ParameterField {
  name: string
  title: string
  help?: string | undefined
  required: boolean
  kind: 'text' | 'number' | 'boolean' | 'choice' | 'json'
  choices: string[]
  initial: unknown
  schema: Record<string, unknown>
}

type Json = Record<string, unknown>

/** The parameters of a template's JSON Schema, the required ones first. */
export function fieldsOf(schema: Json): ParameterField[] {
  const required = new Set((schema.required as string[] | undefined) ?? [])
  return Object.entries((schema.properties as Record<string, Json> | undefined) ?? {})
    .map(([name, property]): ParameterField => ({
      name, title: (property.title as string | undefined) ?? name, help: property.description as string | undefined, required: required.has(name), kind: kindOf(property),
      choices: ((property.enum as unknown[] | undefined) ?? []).map(String), initial: property.default, schema: property,
    }))
    .sort((a, b) => Number(b.required) - Number(a.required))
}

function kindOf(property: Json): ParameterField['kind'] {
  if (Array.isArray(property.enum) && property.enum.every((v) => typeof v === 'string')) return 'choice'
  switch (property.type) {
    case 'string': return 'text'
    case 'integer': case 'number': return 'number'
    case 'boolean': return 'boolean'
    default: return 'json'
  }
}

/** What was typed as the value that the API takes; undefined for nothing. Whether it may be so, the preview tells. */
export function valueOf(field: ParameterField, typed: string): unknown {
  if (typed === '') return undefined
  if (field.kind === 'number') return Number.isFinite(Number(typed)) ? Number(typed) : typed
  if (field.kind !== 'json') return typed
  try {
    return JSON.parse(typed) as unknown
  } catch {
    return typed
  }
}

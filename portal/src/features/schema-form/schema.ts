/** A JSON Schema as the catalog holds it, of draft 2020-12. */
export type JsonSchema = Record<string, unknown>

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const objectAt = (schema: JsonSchema, keyword: string): Record<string, unknown> => (isObject(schema[keyword]) ? schema[keyword] : {})

const schemasIn = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.filter(isObject) : isObject(value) ? Object.values(value).filter(isObject) : [])

/** What may add properties to an object, depending on what is in it. */
export const branchesOf = (schema: JsonSchema): JsonSchema[] =>
  [...schemasIn(schema.allOf), ...[schema.then, schema.else].filter(isObject), ...schemasIn(schema.dependentSchemas), ...schemasIn(schema.anyOf), ...schemasIn(schema.oneOf)]

/** Every property that an object may have in some case, with its schema. */
export function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  const out: Record<string, JsonSchema> = {}
  for (const part of [...branchesOf(schema).map(propertiesOf), objectAt(schema, 'properties')]) {
    for (const [name, property] of Object.entries(part)) if (isObject(property)) out[name] = property
  }
  return out
}

/**
 * The schema in the words of the form library, which knows dependentSchemas and dependentRequired by their old name alone. It hears
 * of no default: where it knows one, it puts it in the place of whatever else is no choice of a list, such as a reference.
 */
export function forForm(schema: JsonSchema): JsonSchema {
  const out: JsonSchema = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'dependentSchemas' || keyword === 'dependentRequired') out.dependencies = { ...objectAt(out, 'dependencies'), ...mapped(value) }
    else if (keyword === 'properties' || keyword === '$defs' || keyword === 'dependencies') out[keyword] = mapped(value)
    else if (['items', 'additionalProperties', 'if', 'then', 'else', 'not'].includes(keyword)) out[keyword] = isObject(value) ? forForm(value) : value
    else if (['allOf', 'anyOf', 'oneOf'].includes(keyword)) out[keyword] = Array.isArray(value) ? value.map((s: unknown) => (isObject(s) ? forForm(s) : s)) : value
    else if (keyword !== 'default') out[keyword] = value
  }
  return out
}

const mapped = (value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, s]) => [name, isObject(s) ? forForm(s) : s])) : {})

/** The values without those that are what the schema says anyway: whoever says nothing follows the catalog. */
export function withoutDefaults(schema: JsonSchema, values: Record<string, unknown>): Record<string, unknown> {
  const properties = propertiesOf(schema)
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== undefined && !same(value, properties[name]?.default) && !isEmptied(value, properties[name])))
}

/** The values with what the platform fills in where nothing is said. */
export function withDefaults(schema: JsonSchema, values: Record<string, unknown>): Record<string, unknown> {
  const out = { ...values }
  for (const [name, property] of Object.entries(objectAt(schema, 'properties'))) {
    if (out[name] === undefined && isObject(property) && property.default !== undefined) out[name] = property.default
  }
  return Object.fromEntries(Object.entries(out).filter(([, value]) => value !== undefined))
}

// A form makes an object for every object that it shows; one with nothing in it says nothing.
const isEmptied = (value: unknown, schema: JsonSchema | undefined) =>
  schema?.default === undefined && (isObject(value) ? Object.values(value).every((v) => v === undefined) : Array.isArray(value) && value.length === 0)

const same = (a: unknown, b: unknown) => b !== undefined && JSON.stringify(a) === JSON.stringify(b)

/** Whether a text refers to something that is known only later: nothing can be said of its value. */
export const isReference = (value: unknown): boolean => typeof value === 'string' && /(^|[^$])(\$\$)*\$\{/.test(value)

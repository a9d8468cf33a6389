import type { JsonSchema } from '@/features/schema-form/schema'
import { branchesOf, isObject } from '@/features/schema-form/schema'
import { isValid } from '@/features/schema-form/validate'
import type { Schemas } from '@/shared/api/client'
import published from '@contract/schemas/manifest.json'

/** The published schema of manifests, with what the catalog says of each type's inputs. */
export function manifestSchema(types: Schemas['ResourceType'][]): JsonSchema {
  const { resources } = published.properties
  const resource = resources.additionalProperties
  const chosen = types.map((t) => ({ if: { properties: { type: { const: t.name } }, required: ['type'] }, then: { properties: { inputs: { ...t.inputs, additionalProperties: false } } } }))
  return {
    ...published,
    'x-outputs': Object.fromEntries(types.map((t) => [t.name, t.outputs])), // for suggestions
    properties: {
      ...published.properties,
      resources: {
        ...resources,
        additionalProperties: {
          ...resource,
          properties: { ...resource.properties, ...(types.length > 0 ? { type: { ...resource.properties.type, enum: types.map((t) => t.name) } } : {}) },
          ...(chosen.length > 0 ? { allOf: chosen } : {}),
        },
      },
    },
  }
}

/** What the schema says of a place in a value: every schema that holds there. */
export function schemasAt(schema: JsonSchema, value: unknown, path: (string | number)[]): JsonSchema[] {
  const here = holding(schema, value)
  const [name, ...rest] = path
  if (name === undefined) return here
  const within = isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[name] : undefined
  return here.flatMap((s) => stepInto(s, name)).flatMap((s) => schemasAt(s, within, rest))
}

function stepInto(schema: JsonSchema, name: string | number): JsonSchema[] {
  if (typeof name === 'number') return isObject(schema.items) ? [schema.items] : []
  const property = isObject(schema.properties) ? schema.properties[name] : undefined
  if (isObject(property)) return [property]
  return isObject(schema.additionalProperties) ? [schema.additionalProperties] : []
}

/** A schema and those of its branches whose condition the value fulfils. */
function holding(schema: JsonSchema, value: unknown): JsonSchema[] {
  const { if: condition, then: yes, else: no } = schema
  const chosen = isObject(condition) ? [isValid(condition, value) ? yes : no].filter(isObject) : []
  const others = branchesOf(schema).filter((b) => b !== yes && b !== no)
  return [schema, ...[...chosen, ...others].flatMap((s) => holding(s, value))]
}

import type { JsonSchema } from './schema'

const types: Record<string, string> = { string: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' }

const listed = (values: unknown) => (Array.isArray(values) ? values : [values]).map((v) => (typeof v === 'string' && v ? v : JSON.stringify(v))).join(', ')

/** What a value must be, in the words that the platform itself uses. */
const sentences: Record<string, (wanted: never, schema: JsonSchema) => string> = {
  type: (wanted: string | string[]) => `Must be ${[wanted].flat().map((t) => types[t] ?? t).join(', or ')}.`,
  enum: (wanted: unknown[]) => `Must be one of: ${listed(wanted)}.`,
  const: (wanted: unknown) => `Must be ${listed([wanted])}.`,
  format: (wanted: string) => `Must be a valid ${wanted}.`,
  pattern: (wanted: string) => `Does not have the form that is asked for (regular expression ${wanted}).`,
  minLength: (wanted: number) => (wanted === 1 ? 'Must not be empty.' : `Must be at least ${wanted} characters long.`),
  maxLength: (wanted: number) => `Must be at most ${wanted} characters long.`,
  minimum: (wanted: number) => `Must be at least ${wanted}.`,
  maximum: (wanted: number) => `Must be at most ${wanted}.`,
  exclusiveMinimum: (wanted: number) => `Must be more than ${wanted}.`,
  exclusiveMaximum: (wanted: number) => `Must be less than ${wanted}.`,
  multipleOf: (wanted: number) => `Must be a multiple of ${wanted}.`,
  minItems: (wanted: number) => `Must have at least ${wanted} items.`,
  maxItems: (wanted: number) => `Must have at most ${wanted} items.`,
  uniqueItems: () => 'Two of the items are the same.',
  minProperties: (wanted: number) => `Must have at least ${wanted} properties.`,
  maxProperties: (wanted: number) => `Must have at most ${wanted} properties.`,
  oneOf: () => 'Fits none, or more than one, of the forms that are possible here.',
  anyOf: () => 'Fits none of the forms that are possible here.',
}

export const sentenceFor = (keyword: string, schema: JsonSchema): string => sentences[keyword]?.(schema[keyword] as never, schema) ?? `Does not satisfy the rule “${keyword}”.`

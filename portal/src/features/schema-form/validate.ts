import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema'
import { pointerOf, tokensOf, valueAt } from './pointer'
import { isObject, isReference, type JsonSchema } from './schema'
import { sentenceFor } from './sentences'

/** One value that is not as it must be. */
export interface Fault {
  pointer: string
  text: string
}

// This validator interprets schemas. Those that compile them to code need a page that may run any text as code, and this one may not.
const validators = new WeakMap<JsonSchema, Validator>()

function validatorOf(schema: JsonSchema): Validator {
  const known = validators.get(schema)
  if (known) return known
  const made = new Validator(schema as Schema, '2020-12', false)
  validators.set(schema, made)
  return made
}

/** A value as it is sent: what is undefined is not there. */
const sent = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

// They say that something within them does not fit, and that is told by itself.
const around = new Set(['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames', 'items', 'prefixItems', 'allOf', 'if', 'then', 'else', '$ref', '$dynamicRef', 'dependentSchemas', 'dependencies', 'contains', 'not'])

/** What is wrong with a value, at most one fault at each place. With references, what holds one is not judged: its value is known later. */
export function faultsOf(schema: JsonSchema, value: unknown, references = false): Fault[] {
  const { errors } = validatorOf(schema).validate(sent(value))
  const found = new Map<string, string>()
  for (const error of errors) {
    for (const [pointer, text] of told(schema, error)) {
      if (!found.has(pointer) && !withinForms(errors, error) && !(references && holdsReference(valueAt(value, pointer)))) found.set(pointer, text)
    }
  }
  return [...found].map(([pointer, text]) => ({ pointer, text }))
}

export const isValid = (schema: JsonSchema | boolean, value: unknown): boolean => (typeof schema === 'boolean' ? schema : validatorOf(schema).validate(sent(value)).valid)

function told(schema: JsonSchema, { keyword, keywordLocation, instanceLocation, error }: OutputUnit): [string, string][] {
  const at = instanceLocation.replace(/^#/, '')
  if (keyword === 'false') return [[at, 'There is no property of this name here.']]
  if (keyword === 'required' || keyword === 'dependentRequired') return [[at + pointerOf([/"((?:[^"\\]|\\.)*)"[^"]*$/.exec(error)?.[1] ?? '']), 'A value is required.']]
  if (keyword === 'propertyNames') return [[at, 'The name of a property is not allowed.']]
  if (around.has(keyword)) return []
  const owner = valueAt(schema, keywordLocation.replace(/\/[^/]*$/, ''))
  return [[at, sentenceFor(keyword, isObject(owner) ? owner : {})]]
}

// Where none of several forms fits, that is the fault, and not what each of them would have wanted.
function withinForms(errors: OutputUnit[], error: OutputUnit): boolean {
  return errors.some((other) => (other.keyword === 'anyOf' || other.keyword === 'oneOf') && other !== error && error.keywordLocation.startsWith(`${other.keywordLocation}/`))
}

function holdsReference(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsReference)
  return isObject(value) ? Object.values(value).some(holdsReference) : isReference(value)
}

/** The faults at or below a pointer, told from there. */
export const faultsBelow = (faults: Fault[], pointer: string): Fault[] =>
  faults.filter((f) => f.pointer === pointer || f.pointer.startsWith(`${pointer}/`)).map((f) => ({ ...f, pointer: pointerOf(tokensOf(f.pointer).slice(tokensOf(pointer).length)) }))

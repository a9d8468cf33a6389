import { parseDocument } from 'yaml'
import { isObject, propertiesOf, type JsonSchema } from '@/features/schema-form/schema'
import { schemasAt } from './schema'

/** Something that could be written at a place, and what it is. */
export interface Suggestion {
  label: string
  detail: string
  info: string
  /** What is written. */
  insert: string
}

export interface Suggestions {
  /** Where what is being written begins. */
  from: number
  options: Suggestion[]
}

interface Line {
  indent: number
  key: string
}

const keyPattern = /^(\s*)(?:- )?(?:"([^"]*)"|'([^']*)'|([^\s#:"'][^:#]*?))\s*:(?:\s|$)/

function lineOf(text: string): Line | undefined {
  const found = keyPattern.exec(text)
  return found ? { indent: (found[1] ?? '').length, key: found[2] ?? found[3] ?? found[4] ?? '' } : undefined
}

/** The keys above a line that is indented so far: works on a text that is half written. */
function pathAbove(lines: string[], indent: number): string[] {
  const path: string[] = []
  let below = indent
  for (let n = lines.length - 1; n >= 0 && below > 0; n--) {
    const line = lineOf(lines[n] ?? '')
    if (!line || line.indent >= below) continue
    path.unshift(line.key)
    below = line.indent
  }
  return path
}

/** What the schema knows that could be written at a position of a text. */
export function suggestionsAt(schema: JsonSchema, text: string, position: number): Suggestions | undefined {
  const before = text.slice(0, position).split('\n')
  const current = before.pop() ?? ''
  const value = /^(\s*)([A-Za-z0-9_.-]+):\s+(\S*)$/.exec(current)
  if (value) {
    const path = [...pathAbove(before, (value[1] ?? '').length), value[2] ?? '']
    return { from: position - (value[3] ?? '').length, options: [...valuesAt(schema, text, path), ...referencesIn(schema, text, path)] }
  }
  const key = /^(\s*)([A-Za-z0-9_.-]*)$/.exec(current)
  if (!key) return undefined
  const path = pathAbove(before, (key[1] ?? '').length)
  const there = siblings(text, path)
  return { from: position - (key[2] ?? '').length, options: keysAt(schema, text, path).filter((s) => !there.has(s.label)) }
}

// Errors and all: what can be read of it is enough to know which type a resource has.
const dataOf = (text: string): unknown => {
  try {
    return parseDocument(text, { prettyErrors: false }).toJS() as unknown
  } catch {
    return undefined
  }
}

function siblings(text: string, path: string[]): Set<string> {
  const at = path.reduce<unknown>((v, key) => (isObject(v) ? v[key] : undefined), dataOf(text))
  return new Set(isObject(at) ? Object.keys(at) : [])
}

function keysAt(schema: JsonSchema, text: string, path: string[]): Suggestion[] {
  const found = new Map<string, Suggestion>()
  for (const s of schemasAt(schema, dataOf(text), path)) {
    const required = Array.isArray(s.required) ? s.required : []
    for (const [name, p] of Object.entries(propertiesOf({ properties: s.properties }))) {
      const nested = p.type === 'object' || p.type === 'array'
      found.set(name, { label: name, detail: required.includes(name) ? 'required' : typeof p.type === 'string' ? p.type : '', info: infoOf(p), insert: nested ? `${name}:` : `${name}: ` })
    }
  }
  return [...found.values()]
}

function valuesAt(schema: JsonSchema, text: string, path: string[]): Suggestion[] {
  return schemasAt(schema, dataOf(text), path).flatMap((s) => {
    const values: unknown[] = Array.isArray(s.enum) ? s.enum : s.const !== undefined ? [s.const] : s.type === 'boolean' ? [true, false] : s.default !== undefined && !isObject(s.default) ? [s.default] : []
    return values.map((v) => ({ label: String(v), detail: v === s.default ? 'default' : '', info: infoOf(s), insert: written(v) }))
  })
}

// A text that YAML would take for something else is put in quotes: "15", "on".
const written = (value: unknown) => (typeof value === 'string' && (/^[\d.+-]|^(true|false|null|yes|no|on|off|~)$/i.test(value) || value === '') ? JSON.stringify(value) : String(value))

/** References to the outputs of the other resources, where a text may stand. */
function referencesIn(schema: JsonSchema, text: string, path: string[]): Suggestion[] {
  const [within, own, part] = path
  if (within !== 'resources' || part !== 'inputs') return []
  const data = dataOf(text)
  const resources = isObject(data) && isObject(data.resources) ? data.resources : {}
  const outputs = isObject(schema['x-outputs']) ? schema['x-outputs'] : {}
  return Object.entries(resources).flatMap(([alias, r]) => {
    if (alias === own || !isObject(r)) return []
    const schemaOf = outputs[String(r.type)]
    return Object.entries(isObject(schemaOf) ? propertiesOf(schemaOf) : {}).map(([name, p]) => {
      const reference = `\${resources.${alias}.outputs.${name}}`
      return { label: reference, detail: p['x-secret'] === true ? 'secret' : '', info: infoOf(p), insert: `"${reference}"` }
    })
  })
}

const infoOf = (s: JsonSchema) => [s.title, s.description].filter((t): t is string => typeof t === 'string').join('. ')

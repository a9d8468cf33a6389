import { isMap, parseDocument, stringify, type Document } from 'yaml'
import { isObject } from '@/features/schema-form/schema'
import type { Schemas } from '@/shared/api/client'

export type Manifest = Schemas['Manifest']

/** What a text in YAML says; and where it says nothing that can be understood. */
export type Reading = { manifest: Manifest; fault?: undefined } | { manifest?: undefined; fault: { message: string; from: number; to: number; line: number } }

const options = { prettyErrors: false, maxAliasCount: 100 }

/** Reads a manifest as a person writes it. An empty text is the empty manifest. */
export function read(text: string): Reading {
  const document = parseDocument(text, options)
  const wrong = document.errors[0]
  if (wrong) return { fault: faultAt(text, wrong.message, wrong.pos[0], wrong.pos[1]) }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: options.maxAliasCount })
  } catch (error) { // more aliases than anybody writes
    return { fault: faultAt(text, error instanceof Error ? error.message : String(error), 0, 0) }
  }
  if (value === null || value === undefined) return { manifest: {} }
  if (!isObject(value)) return { fault: faultAt(text, 'A manifest is an object, with resources in it.', 0, text.length) }
  return { manifest: value as Manifest }
}

const faultAt = (text: string, message: string, from: number, to: number) => ({ message, from, to: Math.max(from, to), line: text.slice(0, from).split('\n').length })

/** A manifest as text. The same manifest is the same text, whoever wrote it. */
export function write(manifest: Manifest): string {
  const { resources, workloads, ...rest } = manifest
  const value = { ...(resources && Object.keys(resources).length > 0 ? { resources } : {}), ...(workloads && Object.keys(workloads).length > 0 ? { workloads } : {}), ...rest }
  return Object.keys(value).length === 0 ? 'resources: {}\n' : stringify(value, { lineWidth: 0 })
}

/** The text with another value at a path, or without it; comments and order elsewhere stay. A text that cannot be read stays as it is. */
export function withValue(text: string, path: (string | number)[], value: unknown): string {
  const document = parseDocument(text, options)
  if (document.errors.length > 0) return text
  if (value === undefined) document.deleteIn(path)
  else {
    if (!isMap(document.contents)) document.contents = document.createNode({}) as unknown as typeof document.contents
    makeMaps(document, path)
    document.setIn(path, document.createNode(value))
  }
  return document.toString({ lineWidth: 0 })
}

// "resources:" with nothing after it is null, in which nothing can be set; {} would go on in one line.
function makeMaps(document: Document, path: (string | number)[]) {
  for (let n = 1; n < path.length; n++) {
    const at = document.getIn(path.slice(0, n))
    if (!isMap(at)) document.setIn(path.slice(0, n), document.createNode({}))
    else if (at.items.length === 0) at.flow = false
  }
}

/** Where in the text something stands that a JSON pointer names, or what is around it. */
export function rangeOf(text: string, path: string[]): [number, number] {
  const document = parseDocument(text, options)
  for (let n = path.length; n > 0; n--) {
    const within = document.getIn(path.slice(0, n - 1), true)
    const pair = isMap(within) ? within.items.find((p) => String((p.key as { value?: unknown } | null)?.value ?? p.key) === path[n - 1]) : undefined
    const key = pair?.key as { range?: [number, number, number] } | undefined
    const node = (pair?.value ?? document.getIn(path.slice(0, n), true)) as { range?: [number, number, number] } | undefined
    const range = n === path.length && node?.range && node.range[1] > node.range[0] && !isMap(pair?.value) ? node.range : (key?.range ?? node?.range)
    if (range) return [range[0], range[1]]
  }
  return [0, Math.max(0, text.indexOf('\n'))]
}

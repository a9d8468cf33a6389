import { read, write } from '@/features/manifest/text'
import type { ManifestView } from '@/features/manifest/ManifestEditor'
import { propertiesOf, withDefaults, withoutDefaults } from '@/features/schema-form/schema'
import { tokensOf } from '@/features/schema-form/pointer'
import { faultsOf } from '@/features/schema-form/validate'
import type { Schemas } from '@/shared/api/client'
import type { WishSearch } from './search'

export interface Wish {
  name: string
  nameFits: boolean
  type: string
  as: 'template' | 'manifest'
  template: string
  parameters: Record<string, unknown>
  /** The manifest in YAML, as it was typed. */
  text: string
  view: ManifestView
}

const validName = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/

export const begin = (s: WishSearch): Wish => ({
  name: s.name ?? '', nameFits: validName.test(s.name ?? ''), type: s.type ?? 'dev', as: s.as ?? 'template', template: s.template ?? '', parameters: s.parameters ?? {}, text: write(s.manifest ?? {}), view: s.view ?? 'form',
})

/** Another template has other parameters, so they begin anew. */
export function wishes(w: Wish, change: Partial<Wish>): Wish {
  const next = { ...w, ...change, ...(change.template && change.template !== w.template ? { parameters: {} } : {}) }
  return { ...next, nameFits: validName.test(next.name) }
}

/** The form as an address holds it. A manifest that cannot be read is not in it. */
export function searchOf(w: Wish): WishSearch {
  const { manifest } = w.as === 'manifest' ? read(w.text) : {}
  return {
    name: w.name || undefined, type: w.type, ...(w.as === 'manifest' ? { as: 'manifest', view: w.view === 'yaml' ? 'yaml' : undefined, manifest } : { template: w.template || undefined, parameters: Object.keys(w.parameters).length > 0 ? w.parameters : undefined }),
  }
}

/** What is asked for; undefined while it cannot be said. */
export function specOf(w: Wish, template: Schemas['Template'] | undefined): Schemas['EnvironmentSpec'] | undefined {
  if (w.as === 'manifest') {
    const { manifest } = read(w.text)
    return manifest && { type: w.type, manifest }
  }
  return template && { type: w.type, template: w.template, parameters: withoutDefaults(template.parameters, w.parameters) }
}

/** Why there is no preview yet. */
export function waitingFor(w: Wish, template: Schemas['Template'] | undefined): { title: string; text: string } | undefined {
  const then = 'Then it is told here what would be made and what it costs.'
  if (w.as === 'manifest') {
    const { fault } = read(w.text)
    return fault && { title: `Mend line ${fault.line} of the manifest`, text: then }
  }
  if (!w.template) return { title: 'Choose a template', text: 'What would be made, its price, policies and approvals are told here as you type.' }
  return template && waitingForParameters(template, w.parameters)
}

export function waitingForParameters(template: Schemas['Template'], parameters: Record<string, unknown>): { title: string; text: string } | undefined {
  const faults = faultsOf(template.parameters, withDefaults(template.parameters, parameters))
  if (faults.length === 0) return undefined
  const properties = propertiesOf(template.parameters)
  const titles = faults.map(({ pointer }) => { const [name = ''] = tokensOf(pointer); const title = properties[name]?.title; return typeof title === 'string' ? title : name })
  const missing = faults.every((f) => f.text === 'A value is required.')
  return { title: `${missing ? 'Fill in' : 'Look at'} ${[...new Set(titles)].join(', ')}`, text: 'Then it is told here what would be made and what it costs.' }
}

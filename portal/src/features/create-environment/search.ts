// Apart from the form, so that the route that checks an address does not load it.
import { textIn } from '@/shared/address'
import type { Schemas } from '@/shared/api/client'

/** What the address of the form says of it. */
export interface WishSearch {
  name?: string | undefined
  type?: string | undefined
  template?: string | undefined
  parameters?: Record<string, unknown> | undefined
  as?: 'manifest' | undefined
  view?: 'yaml' | undefined
  manifest?: Schemas['Manifest'] | undefined
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The address, as far as it makes sense. */
export const checkedSearch = (s: Record<string, unknown>): WishSearch => ({
  name: textIn(s.name), type: textIn(s.type), template: textIn(s.template), parameters: isObject(s.parameters) ? s.parameters : undefined,
  as: s.as === 'manifest' ? 'manifest' : undefined, view: s.view === 'yaml' ? 'yaml' : undefined, manifest: isObject(s.manifest) ? (s.manifest as Schemas['Manifest']) : undefined,
})

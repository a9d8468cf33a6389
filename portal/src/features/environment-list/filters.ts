import { environmentStates } from '@/features/environments/states'
import { textIn } from '@/shared/address'
import type { Schemas } from '@/shared/api/client'

type Environment = Schemas['Environment']

const sorts = ['name', 'state', 'type', 'price', 'expires', 'changed'] as const
export type Sort = (typeof sorts)[number]

/** What of the environments is shown, as the address has it. */
export interface Filters {
  find?: string
  project?: string
  type?: string
  state?: Environment['state']
  /** Who made them; me is the person himself. */
  owner?: string
  /** Only what expires within three days. */
  expiring?: true
  sort?: Sort
  down?: true
}

/** Reads the filters of an address; what is no filter is left out. */
export function readFilters(search: Record<string, unknown>): Filters {
  const { state, sort } = search
  const read: Filters = {
    find: textIn(search.find), project: textIn(search.project), type: textIn(search.type), owner: textIn(search.owner),
    state: typeof state === 'string' && Object.hasOwn(environmentStates, state) ? (state as Environment['state']) : undefined,
    expiring: search.expiring === true || undefined,
    sort: sorts.includes(sort as Sort) ? (sort as Sort) : undefined,
    down: search.down === true || undefined,
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))
}

const soon = 3 * 86_400_000

/** The environments that pass the filters. */
export function filtered(all: Environment[], f: Filters, me: string | undefined, now: number): Environment[] {
  const words = (f.find ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const owner = f.owner === 'me' ? me : f.owner
  return all.filter((e) =>
    (!f.project || e.project === f.project) && (!f.type || e.type === f.type) && (!f.state || e.state === f.state) && (!owner || e.createdBy === owner) &&
    (!f.expiring || (!!e.expiresAt && Date.parse(e.expiresAt) - now < soon)) &&
    words.every((w) => `${e.project}/${e.name} ${e.type} ${e.template ?? ''}`.toLowerCase().includes(w)))
}

const nameOf = (e: Environment) => `${e.project}/${e.name}`
const byText = (of: (e: Environment) => string) => (a: Environment, b: Environment) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0)

const orders: Record<Sort, (a: Environment, b: Environment) => number> = {
  name: byText(nameOf),
  state: byText((e) => environmentStates[e.state].word),
  type: byText((e) => e.type),
  price: (a, b) => Number(a.monthly ?? 0) - Number(b.monthly ?? 0),
  expires: byText((e) => e.expiresAt ?? '9'), // what stays comes last
  changed: byText((e) => e.updatedAt),
}

/** In the order that is asked for, and by name where that leaves it open. */
export function sorted(environments: Environment[], sort: Sort = 'name', down = false): Environment[] {
  const order = orders[sort]
  return [...environments].sort((a, b) => (down ? order(b, a) : order(a, b)) || orders.name(a, b))
}

/** The values that a filter can take, in order. */
export const choices = (all: Environment[], of: (e: Environment) => string | undefined): string[] => [...new Set(all.map(of).filter((v): v is string => !!v))].sort()

import type { Schemas } from '@/shared/api/client'

export interface PersonDraft {
  id: string
  kind: Schemas['PrincipalKind']
  role: string
  /** '' is the whole project, type:NAME its environments of a type, environment:NAME one of them. */
  where: string
  /** A day, as a date field gives it; '' is no end. */
  until: string
}

export interface EnvironmentDraft {
  name: string
  type: string
  template: string
  parameters: Record<string, unknown>
}

export interface LimitDraft {
  resourceType: string
  most: string
}

/** What has been typed, as it was typed. Numbers stay text until they are sent. */
export interface Draft {
  project: string
  title: string
  team: string
  people: PersonDraft[]
  /** Whether only some environment types are allowed. */
  someTypes: boolean
  types: string[]
  environmentsMost: string
  runningMost: string
  hourMost: string
  resources: LimitDraft[]
  budget: string
  over: Schemas['Budget']['over']
  environments: EnvironmentDraft[]
}

export const emptyDraft: Draft = {
  project: '', title: '', team: '', people: [], someTypes: false, types: [], environmentsMost: '', runningMost: '', hourMost: '', resources: [], budget: '', over: 'approve', environments: [],
}

export const newPerson: PersonDraft = { id: '', kind: 'user', role: 'Contributor', where: '', until: '' }
export const newEnvironment: EnvironmentDraft = { name: '', type: 'dev', template: '', parameters: {} }

/** How many environments can be made with a project: what one transaction holds. */
export const mostEnvironments = 8

type Lists = { people: PersonDraft; environments: EnvironmentDraft; resources: LimitDraft }
type ListName = keyof Lists

export type DraftChange =
  | { set: Partial<Draft> }
  | { [L in ListName]: { list: L; add: Lists[L] } | { list: L; at: number; set: Partial<Lists[L]> } | { list: L; remove: number } }[ListName]
  | { forget: true }

export function changed(draft: Draft, change: DraftChange): Draft {
  if ('forget' in change) return emptyDraft
  if (!('list' in change)) return { ...draft, ...change.set }
  const items = draft[change.list] as object[]
  if ('add' in change) return { ...draft, [change.list]: [...items, change.add] }
  if ('remove' in change) return { ...draft, [change.list]: items.filter((_, n) => n !== change.remove) }
  return { ...draft, [change.list]: items.map((item, n) => (n === change.at ? merged(item, change.set) : item)) }
}

/** Another template has other parameters, so they begin anew. */
function merged(item: object, set: object): object {
  const another = 'template' in set && 'template' in item && set.template !== item.template
  return { ...item, ...set, ...(another ? { parameters: {} } : {}) }
}

/** The draft as the API takes it. What is not typed is not sent. */
export function specOf(d: Draft): Schemas['ProjectSpec'] {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text))
  const resources = Object.fromEntries(d.resources.flatMap((r) => (r.resourceType && r.most !== '' ? [[r.resourceType, Number(r.most)]] : [])))
  const quota: Schemas['Quota'] = {
    ...given('environments', number(d.environmentsMost)), ...given('runningOperations', number(d.runningMost)), ...given('deploymentsPerHour', number(d.hourMost)),
    ...(Object.keys(resources).length > 0 ? { resources } : {}),
  }
  return {
    title: d.title.trim(),
    team: d.team,
    members: d.people.map(memberOf),
    ...(Object.keys(quota).length > 0 ? { quota } : {}),
    ...(d.someTypes && d.types.length > 0 ? { environmentTypes: d.types } : {}),
    ...(d.budget.trim() ? { budget: { monthly: d.budget.trim(), over: d.over } } : {}),
    ...(d.environments.length > 0 ? { environments: d.environments } : {}),
  }
}

function memberOf(p: PersonDraft): Schemas['Member'] {
  const [kind, name] = p.where.split(':')
  return {
    id: p.id.trim(), kind: p.kind, role: p.role,
    ...(kind === 'type' ? { environmentType: name } : {}), ...(kind === 'environment' ? { environment: name } : {}),
    ...(p.until ? { expiresAt: endOf(p.until) } : {}),
  }
}

/** The end of a day where the person sits. */
export const endOf = (day: string) => new Date(`${day}T23:59:59`).toISOString()

const given = <K extends string>(name: K, value: number | undefined) => (value === undefined ? {} : ({ [name]: value } as Record<K, number>))

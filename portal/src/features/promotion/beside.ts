import { differences } from '@/shared/differences'
import { whatOf } from '@/features/deployments/words'
import type { Schemas } from '@/shared/api/client'

type Deployment = Schemas['Deployment']
type Environment = Schemas['Environment']

/** An environment with what it is now. */
export interface Place {
  environment: Environment
  deployment: Deployment | undefined
}

export interface Cell {
  text: string
  /** What is asked for here that is not asked for in the source, or otherwise. */
  differs: string[]
}

export interface Row {
  title: string
  cells: Cell[]
}

/** How many environments stand side by side at most; with more nobody would read them. */
export const mostPlaces = 6

/** The source, the target, and then the others by name, as many as can be read. */
export function ordered(environments: Environment[], from: string, to: string): Environment[] {
  const rank = (e: Environment) => (e.name === from ? 0 : e.name === to ? 1 : 2)
  return [...environments].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)).slice(0, mostPlaces)
}

/** What each environment has, row by row; the first is the one that the others are compared with. */
export function rowsOf(places: Place[]): Row[] {
  const source = places[0]?.deployment
  const aliases = [...new Set(places.flatMap(({ deployment }) => partNames(deployment)))].sort()
  return [
    { title: 'Deployed', cells: places.map(({ deployment }) => cell(deployment ? whatOf(deployment) : 'nothing', source && deployment && whatOf(source) !== whatOf(deployment) ? ['template'] : [])) },
    ...aliases.map((alias): Row => ({ title: alias, cells: places.map(({ deployment }) => partCell(alias, source, deployment)) })),
    { title: 'Values', cells: places.map(({ deployment }) => cell(deployment?.values ? `version ${deployment.values.environmentVersion} of its own, ${deployment.values.projectVersion} of the project` : 'none used')) },
    { title: 'Price a month', cells: places.map(({ environment: e, deployment }) => cell(e.monthly === undefined ? 'not known' : `${e.monthly} ${deployment?.price?.currency ?? ''}`)) },
  ]
}

const cell = (text: string, differs: string[] = []): Cell => ({ text, differs })

const partNames = (d: Deployment | undefined) => [...Object.keys(d?.manifest.resources ?? {}), ...Object.keys(d?.manifest.workloads ?? {})]

/** Definitions differ on purpose from type to type, so they are told and not counted. */
function partCell(alias: string, source: Deployment | undefined, deployment: Deployment | undefined): Cell {
  const part = askedFor(alias, deployment)
  if (!part) return cell(deployment ? 'not there' : '', deployment && askedFor(alias, source) ? ['missing'] : [])
  const pinned = deployment?.definitions.find((d) => d.alias === alias)
  const text = [part.title, pinned && `${pinned.definition}@${pinned.version}`].filter(Boolean).join(' · ')
  const other = askedFor(alias, source)
  return cell(text, other ? differences(other.content, part.content).map((d) => d.path) : ['only here'])
}

function askedFor(alias: string, d: Deployment | undefined): { title: string; content: Record<string, unknown> } | undefined {
  const resource = d?.manifest.resources?.[alias]
  if (resource) return { title: [resource.type, resource.class].filter(Boolean).join(' '), content: { type: resource.type, class: resource.class, ...resource.inputs } }
  const score = d?.manifest.workloads?.[alias]
  return score ? { title: 'workload', content: score } : undefined
}

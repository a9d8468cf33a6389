import type { Schemas } from '@/shared/api/client'
import { differences, type Difference } from '@/shared/differences'

type Deployment = Schemas['Deployment']

/** A resource or workload that differs. */
export interface PartDifference {
  name: string
  kind: 'resource' | 'workload'
  action: 'add' | 'change' | 'remove'
  properties: Difference[]
}

export interface DeploymentDifference {
  /** What is said of the deployment as a whole: template, versions of values, price. */
  facts: Difference[]
  parts: PartDifference[]
}

/** In what two deployments differ, from before to after. */
export function compareDeployments(before: Deployment, after: Deployment): DeploymentDifference {
  const [a, b] = [partsOf(before), partsOf(after)]
  const parts = [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((key): PartDifference[] => {
    const [was, is] = [a.get(key), b.get(key)]
    const properties = differences(was?.content, is?.content)
    if (properties.length === 0) return []
    const { name, kind } = (is ?? was) as Part
    return [{ name, kind, action: !was ? 'add' : !is ? 'remove' : 'change', properties }]
  })
  return { facts: differences(factsOf(before), factsOf(after)), parts }
}

interface Part {
  name: string
  kind: 'resource' | 'workload'
  content: Record<string, unknown>
}

function partsOf({ manifest, definitions }: Deployment): Map<string, Part> {
  const builtBy = (alias: string) => definitions.filter((d) => d.alias === alias).map((d) => `${d.definition}@${d.version}`)[0]
  const resources = Object.entries(manifest.resources ?? {}).map(([name, r]): Part => ({ name, kind: 'resource', content: { type: r.type, class: r.class, 'built by': builtBy(name), ...r.inputs } }))
  const workloads = Object.entries(manifest.workloads ?? {}).map(([name, score]): Part => ({ name, kind: 'workload', content: { 'built by': builtBy(name), ...score } }))
  return new Map([...resources, ...workloads].map((part) => [`${part.kind} ${part.name}`, part]))
}

const factsOf = (d: Deployment) => ({
  template: d.template && `${d.template}@${d.templateVersion ?? ''}`,
  parameters: d.parameters,
  values: d.values && { environment: `version ${d.values.environmentVersion}`, project: `version ${d.values.projectVersion}` },
  power: d.power === 'off' ? 'off' : 'on',
  'price a month': d.price && `${d.price.monthly} ${d.price.currency}`,
})

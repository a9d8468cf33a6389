import type { Schemas } from '@/shared/api/client'

export interface GraphNode {
  alias: string
  type: string
  definition?: string | undefined
  /** How far from what needs nothing: its column. */
  layer: number
  /** Its place in the column. */
  row: number
}

export interface Graph {
  nodes: GraphNode[]
  edges: { from: string; to: string }[]
}

/** The resources and workloads of a manifest, and which reads what of which. */
export function graphOf({ manifest, definitions }: Pick<Schemas['Deployment'], 'manifest' | 'definitions'>): Graph {
  const parts = new Map<string, { type: string; text: string }>()
  for (const [alias, r] of Object.entries(manifest.resources ?? {})) parts.set(alias, { type: r.type, text: JSON.stringify(r.inputs ?? {}) })
  for (const [name, score] of Object.entries(manifest.workloads ?? {})) parts.set(name, { type: 'workload', text: JSON.stringify(score) })
  const edges = [...parts].flatMap(([alias, { text }]) =>
    [...new Set([...text.matchAll(/\$\{resources\.([a-z0-9-]+)\b/g)].map((m) => m[1] ?? ''))].filter((to) => parts.has(to) && to !== alias).map((to) => ({ from: to, to: alias })))
  const layers = layersOf([...parts.keys()], edges)
  const rows = new Map<number, number>()
  const nodes = [...parts].map(([alias, { type }]): GraphNode => {
    const layer = layers.get(alias) ?? 0
    const row = rows.get(layer) ?? 0
    rows.set(layer, row + 1)
    const pinned = definitions.find((d) => d.alias === alias)
    return { alias, type, definition: pinned && `${pinned.definition}@${pinned.version}`, layer, row }
  })
  return { nodes, edges }
}

/** The longest way to each from what needs nothing. A circle, which the platform refuses anyway, ends after as many rounds as there are nodes. */
function layersOf(aliases: string[], edges: Graph['edges']): Map<string, number> {
  const layers = new Map(aliases.map((a) => [a, 0]))
  for (let round = 0; round < aliases.length; round++) {
    let moved = false
    for (const { from, to } of edges) {
      const least = (layers.get(from) ?? 0) + 1
      if ((layers.get(to) ?? 0) < least && least < aliases.length) {
        layers.set(to, least)
        moved = true
      }
    }
    if (!moved) break
  }
  return layers
}

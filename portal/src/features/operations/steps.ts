import type { Schemas } from '@/shared/api/client'

type Step = Schemas['OperationStep']

export interface StepNode {
  step: Step
  key: string
  children: StepNode[]
}

/** Stages with their jobs with their tasks. What names no parent, or one that is not there, stands at the top. */
export function stepTree(steps: Step[]): StepNode[] {
  const nodes = steps.map((step, n): StepNode => ({ step, key: step.id ?? `${n}`, children: [] }))
  const byId = new Map(nodes.flatMap((node) => (node.step.id ? [[node.step.id, node] as const] : [])))
  const roots: StepNode[] = []
  for (const node of nodes) {
    const parent = node.step.parent && node.step.parent !== node.step.id ? byId.get(node.step.parent) : undefined
    ;(parent?.children ?? roots).push(node)
  }
  return roots
}

/** How many of the tasks have ended, of those that are known. */
export function tasksOf(steps: Step[]): { done: number; all: number } {
  const tasks = steps.filter((s) => s.kind !== 'stage' && s.kind !== 'job')
  return { done: tasks.filter((s) => s.status !== 'NotStarted' && s.status !== 'Running').length, all: tasks.length }
}

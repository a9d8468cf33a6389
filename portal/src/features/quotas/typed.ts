import type { Schemas } from '@/shared/api/client'

/** A quota and a budget as they are typed; '' is no bound. */
export interface TypedLimits {
  environments: string
  runningOperations: string
  deploymentsPerHour: string
  resources: Record<string, string>
  monthly: string
  over: Schemas['Budget']['over']
}

export function typedOf(q: Schemas['Quota'] | undefined, b: Schemas['Budget'] | undefined): TypedLimits {
  const text = (n: number | undefined) => (n === undefined ? '' : `${n}`)
  return {
    environments: text(q?.environments), runningOperations: text(q?.runningOperations), deploymentsPerHour: text(q?.deploymentsPerHour),
    resources: Object.fromEntries(Object.entries(q?.resources ?? {}).map(([type, n]) => [type, `${n}`])), monthly: b?.monthly ?? '', over: b?.over ?? 'approve',
  }
}

/** The quota as the API takes it; undefined when nothing is bounded. */
export function quotaOf(t: TypedLimits): Schemas['Quota'] | undefined {
  const bounds = (['environments', 'runningOperations', 'deploymentsPerHour'] as const).flatMap((key) => (t[key] === '' ? [] : [[key, Number(t[key])] as const]))
  const resources = Object.entries(t.resources).filter(([, n]) => n !== '').map(([type, n]) => [type, Number(n)] as const)
  if (bounds.length + resources.length === 0) return undefined
  return { ...Object.fromEntries(bounds), ...(resources.length > 0 ? { resources: Object.fromEntries(resources) } : {}) }
}

export const isCount = (text: string, least: number) => text === '' || (/^[0-9]{1,4}$/.test(text) && Number(text) >= least && Number(text) <= 1000)
export const isAmount = (text: string) => text === '' || /^[0-9]{1,9}(\.[0-9]{1,4})?$/.test(text)

import type { Schemas } from '@/shared/api/client'

/** What a deletion takes with it, and what it leaves. */
export interface Going {
  parts: { alias: string; type: string; definition: string | undefined }[]
  /** Addresses that will answer no more. */
  addresses: string[]
  /** The values of its own, which stay under its name. */
  ownValues: number
  ownSecrets: number
}

export function goingOf(environment: Schemas['Environment'], deployment: Schemas['Deployment'] | undefined, values: Schemas['Values'] | undefined): Going {
  const { resources = {}, workloads = {} } = deployment?.manifest ?? {}
  const pinned = (alias: string) => deployment?.definitions.find((d) => d.alias === alias)?.definition
  const own = (values?.value ?? []).filter((v) => v.origin === 'environment')
  return {
    parts: [
      ...Object.entries(resources).map(([alias, r]) => ({ alias, type: r.type, definition: pinned(alias) })),
      ...Object.keys(workloads).map((alias) => ({ alias, type: 'workload', definition: pinned(alias) })),
    ],
    addresses: Object.values(environment.outputs).flatMap((o) => Object.values(o)).filter((v): v is string => typeof v === 'string' && /^https?:\/\//.test(v)),
    ownValues: own.length,
    ownSecrets: own.filter((v) => v.secret).length,
  }
}

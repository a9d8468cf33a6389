import type { Schemas } from '@/shared/api/client'

/** A value as people read it. A secret is never shown. */
export function shownValue(value: Schemas['Value'] | undefined): string {
  if (!value) return 'nothing'
  return value.secret ? 'a secret' : typeof value.value === 'string' ? value.value : JSON.stringify(value.value)
}

import type { AuditSearch } from './api/list-audit-events'

export type AuditAddress = AuditSearch & { entry?: string | undefined }

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The search that an address holds. What is no search is left out. */
export function auditAddress(s: Record<string, unknown>): AuditAddress {
  const outcome = s.outcome === 'accepted' || s.outcome === 'refused' ? s.outcome : undefined
  return { project: text(s.project), actor: text(s.actor), action: text(s.action), outcome, from: text(s.from), to: text(s.to), entry: text(s.entry) }
}

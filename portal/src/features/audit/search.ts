import { textIn } from '@/shared/address'
import type { AuditSearch } from './api/list-audit-events'

export type AuditAddress = AuditSearch & { entry?: string | undefined }

/** The search that an address holds. What is no search is left out. */
export function auditAddress(s: Record<string, unknown>): AuditAddress {
  const outcome = s.outcome === 'accepted' || s.outcome === 'refused' ? s.outcome : undefined
  return { project: textIn(s.project), actor: textIn(s.actor), action: textIn(s.action), outcome, from: textIn(s.from), to: textIn(s.to), entry: textIn(s.entry) }
}

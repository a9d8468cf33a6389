import { tokenOf } from '@/shared/api/pages'
import { listAuditEvents, type AuditSearch } from './api/list-audit-events'

/** How many pages of 200 are written from a browser; the command line writes all. */
const mostPages = 50

/** What matches as JSON lines, newest first. whole tells whether it is all. */
export async function auditLines(search: AuditSearch): Promise<{ text: string; lines: number; whole: boolean }> {
  const lines: string[] = []
  let token: string | undefined
  for (let n = 0; n < mostPages; n++) {
    const page = await listAuditEvents(search, token, 200)
    lines.push(...page.value.map((e) => JSON.stringify(e)))
    token = tokenOf(page.nextLink)
    if (!token) return { text: lines.map((l) => `${l}\n`).join(''), lines: lines.length, whole: true }
  }
  return { text: lines.map((l) => `${l}\n`).join(''), lines: lines.length, whole: false }
}

/** Lets the browser save a text as a file. */
export function save(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

import { useCallback, useRef, useState } from 'react'
import { changed, emptyDraft, type Draft, type DraftChange } from './draft'

const key = 'lazuli.onboarding'

/** What was typed in this tab before it was reloaded. What cannot be read is forgotten. */
export function kept(): Draft {
  try {
    const read = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<Draft> | null
    const lists = [read?.people ?? [], read?.types ?? [], read?.resources ?? [], read?.environments ?? []]
    return read && typeof read === 'object' && lists.every(Array.isArray) ? { ...emptyDraft, ...read } : emptyDraft
  } catch {
    return emptyDraft
  }
}

function keep(draft: Draft) {
  if (draft === emptyDraft) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, JSON.stringify(draft))
}

/** The draft, kept in the tab with every change: a reload loses nothing, and another tab has another one. It is kept before it is
 * drawn: a page that is left at once draws nothing any more. */
export function useDraft(): [Draft, (change: DraftChange) => void] {
  const [draft, setDraft] = useState(kept)
  const latest = useRef(draft)
  const change = useCallback((to: DraftChange) => {
    latest.current = changed(latest.current, to)
    keep(latest.current)
    setDraft(latest.current)
  }, [])
  return [draft, change]
}

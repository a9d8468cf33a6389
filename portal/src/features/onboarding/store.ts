import { useReducer } from 'react'
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

/** The draft, kept in the tab with every change: a reload loses nothing, and another tab has another one. */
export function useDraft(): [Draft, (change: DraftChange) => void] {
  return useReducer((draft: Draft, change: DraftChange) => {
    const next = changed(draft, change)
    if (next === emptyDraft) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(next))
    return next
  }, undefined, kept)
}

import { useEffect, useRef } from 'react'

/** Calls back on ⌘ or Ctrl with a letter. */
export function useHotkey(letter: string, pressed: () => void) {
  const latest = useRef(pressed)
  useEffect(() => {
    latest.current = pressed
  })
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if ((e.metaKey || e.ctrlKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === letter) {
        e.preventDefault()
        latest.current()
      }
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [letter])
}

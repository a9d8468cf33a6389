import { FluentProvider } from '@fluentui/react-components'
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { themes, type ThemeChoice, type ThemeName } from './themes'

const storageKey = 'lazuli.theme'

interface ThemeState {
  choice: ThemeChoice
  choose: (choice: ThemeChoice) => void
}

const ThemeContext = createContext<ThemeState>({ choice: 'system', choose: () => {} })

export const useTheme = () => useContext(ThemeContext)

/** Follows the system until the person chooses, and remembers what he chose. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(remembered)
  const system = useSyncExternalStore(watchSystem, systemTheme)
  const name = choice === 'system' ? system : choice
  const state = useMemo<ThemeState>(() => ({ choice, choose: (next) => { localStorage.setItem(storageKey, next); setChoice(next) } }), [choice])
  useEffect(() => {
    document.documentElement.style.colorScheme = name === 'light' ? 'light' : 'dark'
    document.documentElement.dataset.theme = name
  }, [name])
  return (
    <ThemeContext value={state}>
      <FluentProvider theme={themes[name]} className="lz-root">{children}</FluentProvider>
    </ThemeContext>
  )
}

function remembered(): ThemeChoice {
  const kept = localStorage.getItem(storageKey)
  return kept === 'light' || kept === 'dark' || kept === 'contrast' ? kept : 'system'
}

const queries = ['(forced-colors: active)', '(prefers-contrast: more)', '(prefers-color-scheme: dark)']

function watchSystem(changed: () => void) {
  const lists = queries.map((q) => matchMedia(q))
  lists.forEach((l) => l.addEventListener('change', changed))
  return () => lists.forEach((l) => l.removeEventListener('change', changed))
}

function systemTheme(): ThemeName {
  const [forced, more, dark] = queries.map((q) => matchMedia(q).matches)
  if (forced || more) return 'contrast'
  return dark ? 'dark' : 'light'
}

import { visited } from '@/features/palette/recent'
import { useSession } from '@/shared/auth/SessionContext'
import { useHotkey } from '@/shared/ui/useHotkey'
import { ErrorBoundary } from '@/shared/ui/ErrorBoundary'
import { Offline } from '@/shared/ui/Offline'
import { Toasts } from '@/shared/ui/Toasts'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { Header } from './Header'
import { Navigation } from './Navigation'

const Palette = lazy(() => import('@/features/palette/Palette'))

/** The frame around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const [menu, setMenu] = useState(false)
  const [palette, setPalette] = useState(false)
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  useHotkey('k', () => setPalette(true))
  const { username } = useSession()
  useEffect(() => {
    setMenu(false)
    visited(username, pathname)
  }, [pathname, username])
  return (
    <div className="lz-shell" data-menu={menu || undefined}>
      <a className="lz-skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus() }}>Skip to content</a>
      <Header openPalette={() => setPalette(true)} toggleMenu={() => setMenu(!menu)} menuOpen={menu} />
      <Navigation />
      <main id="main" ref={main} tabIndex={-1}>
        <Offline />
        <ErrorBoundary key={pathname}>{children}</ErrorBoundary>
      </main>
      {palette && <ErrorBoundary><Suspense fallback={null}><Palette close={() => setPalette(false)} /></Suspense></ErrorBoundary>}
      <Toasts />
    </div>
  )
}

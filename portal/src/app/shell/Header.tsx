import { Button, Tooltip } from '@fluentui/react-components'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

const HeaderMenus = lazy(() => import('./HeaderMenus'))

const isMac = /Mac|iP/.test(navigator.platform)

interface HeaderProps {
  openPalette: () => void
  toggleMenu: () => void
  menuOpen: boolean
}

export function Header({ openPalette, toggleMenu, menuOpen }: HeaderProps) {
  return (
    <header className="lz-header">
      <Tooltip content={menuOpen ? 'Close navigation' : 'Open navigation'} relationship="label">
        <Button className="lz-narrow" appearance="transparent" icon={<NavigationRegular />} onClick={toggleMenu} aria-expanded={menuOpen} aria-controls="navigation" />
      </Tooltip>
      <Link to="/" className="lz-brand"><img src="/lazuli.svg" alt="" width="24" height="24" />Lazuli</Link>
      <button type="button" className="lz-search" onClick={openPalette}>
        <SearchRegular aria-hidden="true" />
        <span>Search or jump to…</span>
        <kbd aria-hidden="true">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className="lz-header-end"><Suspense fallback={null}><HeaderMenus /></Suspense></div>
    </header>
  )
}

import { Link } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'

export interface Crumb {
  title: string
  to: string
}

interface PageProps {
  title: string
  /** Beside the title: a state, a type. */
  badge?: ReactNode
  /** One line under the title. */
  subtitle?: ReactNode
  /** Where one came from, the top first. */
  crumbs?: Crumb[]
  /** The command bar. */
  actions?: ReactNode
  children: ReactNode
}

/** The frame of every page: where one is, what it is, what can be done. */
export function Page({ title, badge, subtitle, crumbs = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Lazuli`
  }, [title])
  return (
    <div className="lz-page">
      <header className="lz-page-head">
        {crumbs.length > 0 && (
          <nav aria-label="Breadcrumb" className="lz-crumbs">
            {crumbs.map((c) => <span key={c.to}><Link to={c.to} activeOptions={{ exact: true }}>{c.title}</Link><span aria-hidden="true"> / </span></span>)}
          </nav>
        )}
        <div className="lz-title-row">
          <h1>{title}</h1>
          {badge}
          {actions && <div className="lz-actions" role="group" aria-label="Actions">{actions}</div>}
        </div>
        {subtitle && <p className="lz-subtitle">{subtitle}</p>}
      </header>
      {children}
    </div>
  )
}

/** A titled part of a page. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="lz-section">
      <div className="lz-section-head"><h2>{title}</h2>{actions}</div>
      {children}
    </section>
  )
}

/** Names with their values, as a definition list. */
export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="lz-facts">
      {rows.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  )
}

import type { ReactNode } from 'react'

/** What stands where nothing is yet: what belongs here, and how it gets here. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="lz-empty">
      <h3>{title}</h3>
      {children && <div className="lz-empty-text">{children}</div>}
      {action}
    </div>
  )
}

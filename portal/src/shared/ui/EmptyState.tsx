import type { ReactNode } from 'react'

/** What stands where nothing is yet: what belongs here, and how it gets here. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="lz-empty">
      <p className="lz-empty-title">{title}</p>
      {children && <div className="lz-empty-text">{children}</div>}
      {action}
    </div>
  )
}

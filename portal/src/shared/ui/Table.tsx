import type { ReactNode } from 'react'

export interface Column<T> {
  title: string
  cell: (item: T) => ReactNode
  /** Left out on narrow screens. */
  wide?: boolean
}

/** A list. Its rows hold links, so that everything opens in a new tab and by keyboard. */
export function Table<T>({ label, columns, items, keyOf }: { label: string; columns: Column<T>[]; items: T[]; keyOf: (item: T) => string }) {
  return (
    <div className="lz-table-wrap" role="region" aria-label={label} tabIndex={0}>
      <table className="lz-table">
        <thead><tr>{columns.map((c) => <th key={c.title} scope="col" className={c.wide ? 'lz-wide' : undefined}>{c.title}</th>)}</tr></thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>{columns.map((c) => <td key={c.title} className={c.wide ? 'lz-wide' : undefined}>{c.cell(item)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

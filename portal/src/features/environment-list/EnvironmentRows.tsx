import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal'
import { useRouter } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { EnvironmentStatus } from '@/features/environments/EnvironmentStatus'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import type { Sort } from './filters'
import { RowMenu, type MenuAt } from './RowMenu'

type Environment = Schemas['Environment']

/** Every row has this height: what is not drawn need not be measured. */
const rowHeight = 40

const columns: { title: string; sort: Sort; wide?: boolean; cell: (e: Environment) => ReactNode }[] = [
  { title: 'Environment', sort: 'name', cell: (e) => <a href={`/projects/${e.project}/environments/${e.name}`}>{keyOf(e)}</a> },
  { title: 'State', sort: 'state', cell: (e) => <EnvironmentStatus state={e.state} /> },
  { title: 'Type', sort: 'type', cell: (e) => e.type, wide: true },
  { title: 'Price a month', sort: 'price', cell: (e) => e.monthly ?? '', wide: true },
  { title: 'Expires', sort: 'expires', cell: (e) => (e.expiresAt ? <Time at={e.expiresAt} /> : 'stays'), wide: true },
  { title: 'Changed', sort: 'changed', cell: (e) => <Time at={e.updatedAt} />, wide: true },
]

interface EnvironmentRowsProps {
  environments: Environment[]
  sort: Sort
  down: boolean
  order: (sort: Sort, down: boolean) => void
}

/** Links and buttons of rows are plain: the router's own watch the address, each for itself, and the theme's weigh ten times as much. */
function useGoing() {
  const router = useRouter()
  return (event: MouseEvent) => {
    const link = (event.target as Element).closest('a')
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.history.push(link.getAttribute('href') ?? '/')
  }
}

/** A table of which only the rows that can be seen are drawn, with one menu for all of them. */
export function EnvironmentRows({ environments, sort, down, order }: EnvironmentRowsProps) {
  const going = useGoing()
  const frame = useRef<HTMLDivElement>(null)
  const [menu, setMenu] = useState<MenuAt>()
  const open = useCallback((target: HTMLElement, environment: Environment) => setMenu({ target, environment }), [])
  const virtual = useVirtualizer({ count: environments.length, getScrollElement: () => frame.current, estimateSize: () => rowHeight, overscan: 3, getItemKey: (n) => keyOf(environments[n]) })
  const shown = virtual.getVirtualItems()
  const before = shown[0]?.start ?? 0
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)
  return (
    <>
      <div ref={frame} className="lz-table-wrap lz-rows" role="region" aria-label="Environments" tabIndex={0}>
        <table className="lz-table" aria-rowcount={environments.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((c) => (
                <th key={c.title} scope="col" className={c.wide ? 'lz-wide' : undefined} aria-sort={c.sort === sort ? (down ? 'descending' : 'ascending') : undefined}>
                  <button type="button" className="lz-sort" onClick={() => order(c.sort, c.sort === sort && !down)}>{c.title}<span aria-hidden="true">{c.sort === sort ? (down ? ' ↓' : ' ↑') : ''}</span></button>
                </th>
              ))}
              <th scope="col"><span className="lz-visually-hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody onClick={going}>
            {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
            {shown.map(({ index, key }) => {
              const environment = environments[index]
              return environment && <Row key={String(key)} environment={environment} index={index} open={open} />
            })}
            {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
          </tbody>
        </table>
      </div>
      {menu && <RowMenu at={menu} close={() => setMenu(undefined)} />}
    </>
  )
}

const keyOf = (e: Environment | undefined) => `${e?.project}/${e?.name}`

const Row = memo(function Row({ environment: e, index, open }: { environment: Environment; index: number; open: (target: HTMLElement, environment: Environment) => void }) {
  return (
    <tr aria-rowindex={index + 2} style={{ height: rowHeight }}>
      {columns.map((c) => <td key={c.title} className={c.wide ? 'lz-wide' : undefined}>{c.cell(e)}</td>)}
      <td><button type="button" className="lz-more" aria-haspopup="menu" aria-label={`Actions of ${keyOf(e)}`} onClick={(event) => open(event.currentTarget, e)}><MoreHorizontalRegular aria-hidden="true" /></button></td>
    </tr>
  )
})

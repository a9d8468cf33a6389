import { Button, Input, Switch } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { CopyButton } from '@/shared/ui/CopyButton'
import { EmptyState } from '@/shared/ui/EmptyState'
import { plain } from './ansi'
import { firstError, matching } from './find'
import { LogLine } from './LogLine'

interface LogViewProps {
  lines: Schemas['LogLine'][]
  complete: boolean
  /** Only the lines of this step. */
  step?: string | undefined
  find: string
  setFind: (find: string) => void
  clearStep: () => void
  /** The address of a line. */
  hrefOf: (line: number) => string
}

/** A run's log: it follows the end until one scrolls up, finds, colours, and links to a line. */
export function LogView({ lines, complete, step, find, setFind, clearStep, hrefOf }: LogViewProps) {
  const [follow, setFollow] = useState(!complete)
  const box = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => matching(lines, step, find), [lines, step, find])
  const error = useMemo(() => firstError(shown), [shown])
  const { linked, pick } = useLinkedLine(shown.length)
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [follow, shown])
  const choose = useCallback((line: number) => { setFollow(false); pick(line) }, [pick])
  return (
    <div className="lz-log">
      <div className="lz-row">
        <Input aria-label="Find in the log" placeholder="Find in the log" contentBefore={<SearchRegular />} value={find} onChange={(_, d) => setFind(d.value)} />
        <span className="lz-muted" role="status">{find || step ? `${shown.length} of ${lines.length} lines` : `${lines.length} lines`}{complete ? '' : ', more to come'}</span>
        {step && <Button size="small" onClick={clearStep}>All steps, not {step} alone</Button>}
        {error !== undefined && <Button size="small" onClick={() => choose(error)}>First error</Button>}
        {linked !== undefined && <>line {linked}<CopyButton what={`the link to line ${linked}`} text={new URL(hrefOf(linked), location.origin).href} /></>}
        <Switch className="lz-push" label="Follow" checked={follow} onChange={(_, d) => setFollow(d.checked)} />
        <CopyButton what="the log" text={shown.map(({ line }) => plain(line.text)).join('\n')} />
      </div>
      {shown.length === 0 ? <EmptyState title={lines.length ? 'No line like that' : 'Nothing was logged yet'}>{lines.length ? 'Look for another word, or take the search away.' : 'The lines of the pipeline come here while it runs.'}</EmptyState> : (
        <div ref={box} className="lz-log-lines" role="log" aria-label="Log" aria-live="off" tabIndex={0} onWheel={(e) => e.deltaY < 0 && setFollow(false)} onKeyDown={(e) => scrollsUp.has(e.key) && setFollow(false)}>
          {shown.map(({ line, number }, n) => (
            <LogLine key={number} text={line.text} number={number} linked={linked === number} find={find} href={hrefOf(number)} pick={choose} heading={shown[n - 1]?.line.step === line.step ? undefined : line.step} />
          ))}
        </div>
      )}
    </div>
  )
}

const scrollsUp = new Set(['ArrowUp', 'PageUp', 'Home'])

/** The line that the address names, brought into view once it is there; and naming another. */
function useLinkedLine(count: number) {
  const hash = useLocation({ select: (l) => l.hash })
  const linked = Number(/^L(\d+)$/.exec(hash)?.[1]) || undefined
  const navigate = useNavigate()
  const done = useRef<number>(undefined)
  useEffect(() => {
    const line = linked && done.current !== linked ? document.getElementById(`L${linked}`) : null
    if (!line) return
    done.current = linked
    line.scrollIntoView({ block: 'center' })
  }, [linked, count])
  const pick = useCallback((line: number) => void navigate({ to: '.', search: true, hash: `L${line}`, replace: true, resetScroll: false, hashScrollIntoView: false }), [navigate])
  return { linked, pick }
}

import { Button, Input, Switch } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { CopyButton } from '@/shared/ui/CopyButton'
import { EmptyState } from '@/shared/ui/EmptyState'
import { plain, spans } from './ansi'

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
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [follow, shown])
  const linked = useLinkedLine(shown.length)
  return (
    <div className="lz-log">
      <div className="lz-row">
        <Input aria-label="Find in the log" placeholder="Find in the log" contentBefore={<SearchRegular />} value={find} onChange={(_, d) => setFind(d.value)} />
        <span className="lz-muted" role="status">{find || step ? `${shown.length} of ${lines.length} lines` : `${lines.length} lines`}{complete ? '' : ', more to come'}</span>
        {step && <Button size="small" onClick={clearStep}>All steps, not {step} alone</Button>}
        <Switch className="lz-push" label="Follow" checked={follow} onChange={(_, d) => setFollow(d.checked)} />
        <CopyButton what="the log" text={shown.map(({ line }) => plain(line.text)).join('\n')} />
      </div>
      {shown.length === 0 ? <EmptyState title={lines.length ? 'No line like that' : 'Nothing was logged yet'} /> : (
        <div ref={box} className="lz-log-lines" role="log" aria-label="Log" aria-live="off" tabIndex={0} onWheel={(e) => e.deltaY < 0 && setFollow(false)}>
          {shown.map(({ line, number }, n) => (
            <Line key={number} text={line.text} number={number} linked={linked === number} href={hrefOf(number)} heading={shown[n - 1]?.line.step === line.step ? undefined : line.step} />
          ))}
        </div>
      )}
    </div>
  )
}

interface LineProps {
  text: string
  number: number
  linked: boolean
  href: string
  heading?: string | undefined
}

const Line = memo(function Line({ text, number, linked, href, heading }: LineProps) {
  return (
    <>
      {heading && <div className="lz-log-step">{heading}</div>}
      <div id={`L${number}`} className="lz-log-line" data-linked={linked || undefined}>
        <a href={href} aria-label={`Line ${number}`} tabIndex={-1}>{number}</a>
        <span>{spans(text).map((s, n) => <span key={n} className={s.look || undefined}>{s.text}</span>)}</span>
      </div>
    </>
  )
})

function matching(lines: Schemas['LogLine'][], step: string | undefined, find: string) {
  const wanted = find.toLowerCase()
  return lines
    .map((line, n) => ({ line, number: n + 1 }))
    .filter(({ line }) => (!step || line.step === step) && (!wanted || plain(line.text).toLowerCase().includes(wanted)))
}

/** The line that the address names, brought into view once it is there. */
function useLinkedLine(count: number): number | undefined {
  const [number] = useState(() => Number(/^#L(\d+)$/.exec(location.hash)?.[1]) || undefined)
  const done = useRef(false)
  useEffect(() => {
    const line = number && !done.current ? document.getElementById(`L${number}`) : null
    if (!line) return
    done.current = true
    line.scrollIntoView({ block: 'center' })
  }, [number, count])
  return number
}

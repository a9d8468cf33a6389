import { memo } from 'react'
import { spans } from './ansi'
import { pieces } from './find'

interface LogLineProps {
  text: string
  number: number
  linked: boolean
  find: string
  href: string
  /** The step that begins with this line. */
  heading?: string | undefined
  pick: (line: number) => void
}

/** A line with its colours; its number is a link to it, and copies that. */
export const LogLine = memo(function LogLine({ text, number, linked, find, href, heading, pick }: LogLineProps) {
  const choose = (e: React.MouseEvent) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey) return
    e.preventDefault()
    pick(number)
  }
  return (
    <>
      {heading && <div className="lz-log-step">{heading}</div>}
      <div id={`L${number}`} className="lz-log-line" data-linked={linked || undefined}>
        <a href={href} aria-label={`Line ${number}`} tabIndex={-1} onClick={choose}>{number}</a>
        <span>{pieces(spans(text), find).map((s, n) => (s.found ? <mark key={n}>{s.text}</mark> : <span key={n} className={s.look || undefined}>{s.text}</span>))}</span>
      </div>
    </>
  )
})

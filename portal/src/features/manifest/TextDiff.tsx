import { diffLines } from 'diff'
import { useMemo } from 'react'
import { EmptyState } from '@/shared/ui/EmptyState'

interface Line {
  sign: '+' | '−' | ' '
  text: string
}

/** How many unchanged lines are shown around a change. */
const around = 3

/** The lines of two texts, with what comes and what goes; undefined stands for lines left out. */
export function linesOf(before: string, after: string): (Line | undefined)[] {
  const all = diffLines(before, after).flatMap((part) => part.value.replace(/\n$/, '').split('\n').map((text): Line => ({ sign: part.added ? '+' : part.removed ? '−' : ' ', text })))
  const near = all.map((_, n) => all.slice(Math.max(0, n - around), n + around + 1).some((l) => l.sign !== ' '))
  return all.flatMap((line, n) => (near[n] ? [line] : near[n - 1] || n === 0 ? [undefined] : []))
}

/** What differs between what is deployed and what is asked for. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => linesOf(before, after), [before, after])
  if (before === after) return <EmptyState title="Nothing differs">What is written here is what is deployed.</EmptyState>
  return (
    <div className="lz-diff" role="region" aria-label={label} tabIndex={0}>
      {lines.map((line, n) => {
        if (!line) return <div key={n} className="lz-muted">…</div>
        const content = <><span aria-hidden="true">{line.sign} </span>{line.text}</>
        return <div key={n} data-sign={line.sign}>{line.sign === '+' ? <ins>{content}</ins> : line.sign === '−' ? <del>{content}</del> : content}</div>
      })}
    </div>
  )
}

import { Dialog, DialogBody, DialogSurface, DialogTitle, Input } from '@fluentui/react-components'
import { useRouter } from '@tanstack/react-router'
import { Fragment, useEffect, useId, useState, type KeyboardEvent } from 'react'
import { sentenceOf } from '@/shared/ui/ErrorView'
import { useEntries, type Entry } from './entries'

/** Finds anything that one may see by a few letters, and goes there or does it. The keyboard moves through the field, as a combobox does. */
export default function Palette({ close }: { close: () => void }) {
  const router = useRouter()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  // Enter was pressed before the answer to what was typed is there: what is listed is that of what was typed before.
  const [hasty, setHasty] = useState(false)
  const list = useId()
  const { entries, pending, failed, complete } = useEntries(text)
  const marked = Math.min(at, entries.length - 1)
  useEffect(() => {
    document.getElementById(`${list}-${marked}`)?.scrollIntoView({ block: 'nearest' }) // browsers differ in what it returns: nothing to clean up by
  }, [list, marked])
  const go = (entry: Entry | undefined, elsewhere: boolean) => {
    setHasty(false)
    if (!entry) return
    if (entry.href && elsewhere) {
      window.open(entry.href, '_blank', 'noopener')
      return
    }
    close()
    if (entry.href) router.history.push(entry.href)
    entry.act?.()
  }
  useEffect(() => {
    if (hasty && !pending) go(entries[marked], false)
  })
  const press = (e: KeyboardEvent) => {
    const move: Record<string, number> = { ArrowDown: marked + 1, ArrowUp: marked - 1, PageDown: marked + 8, PageUp: marked - 8 }
    const to = move[e.key]
    if (to !== undefined) setAt(Math.max(0, Math.min(to, entries.length - 1)))
    else if (e.key === 'Enter' && pending) setHasty(true)
    else if (e.key === 'Enter') go(entries[marked], e.ctrlKey || e.metaKey)
    else return
    e.preventDefault()
  }
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && close()}>
      <DialogSurface className="lz-palette" aria-label="Search">
        <DialogBody>
          <DialogTitle className="lz-visually-hidden">Search</DialogTitle>
          <Input autoFocus size="large" appearance="underline" placeholder="Project, environment, resource, template, operation…" value={text} role="combobox" aria-label="Search"
            aria-expanded aria-controls={list} aria-activedescendant={entries[marked] ? `${list}-${marked}` : undefined} aria-autocomplete="list" aria-busy={pending}
            onChange={(_, data) => { setText(data.value); setAt(0); setHasty(false) }} onKeyDown={press} />
          <div id={list} role="listbox" aria-label="Found">
            {entries.map((entry, n) => (
              <Fragment key={`${entry.group} ${entry.key}`}>
                {entry.group !== entries[n - 1]?.group && <div role="presentation" className="lz-palette-group">{entry.group}</div>}
                <div id={`${list}-${n}`} role="option" aria-selected={n === marked} onClick={(e) => go(entry, e.ctrlKey || e.metaKey)} onMouseMove={() => setAt(n)}>
                  <span>{entry.title}</span><span className="lz-muted">{entry.detail}</span>
                </div>
              </Fragment>
            ))}
          </div>
          <p className="lz-muted" role="status">{message({ pending, failed, complete, none: entries.length === 0 })}</p>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function message({ pending, failed, complete, none }: { pending: boolean; failed: unknown; complete: boolean; none: boolean }): string {
  if (failed) return sentenceOf(failed)
  if (pending) return 'Searching…'
  if (none) return 'Nothing of that name that you may see.'
  return complete ? '↑ ↓ to move, Enter to open, Ctrl Enter in a new tab, Esc to close' : 'There is more than is shown here: type another word.'
}

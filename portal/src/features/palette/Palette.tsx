import { Dialog, DialogBody, DialogSurface, DialogTitle, Input } from '@fluentui/react-components'
import { useRouter } from '@tanstack/react-router'
import { useId, useState, type KeyboardEvent } from 'react'
import { matching, useEntries } from './entries'

/** Finds projects, environments, templates and pages by a few letters, and goes there. */
export default function Palette({ close }: { close: () => void }) {
  const router = useRouter()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const found = matching(useEntries(), text)
  const go = (n: number) => {
    const entry = found[n]
    if (!entry) return
    close()
    router.history.push(entry.href)
  }
  const keys: Record<string, () => void> = {
    ArrowDown: () => setAt(Math.min(at + 1, found.length - 1)),
    ArrowUp: () => setAt(Math.max(at - 1, 0)),
    Enter: () => go(at),
  }
  const press = (e: KeyboardEvent) => {
    const act = keys[e.key]
    if (act) {
      e.preventDefault()
      act()
    }
  }
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && close()}>
      <DialogSurface className="lz-palette" aria-label="Search">
        <DialogBody>
          <DialogTitle className="lz-visually-hidden">Search</DialogTitle>
          <Input autoFocus size="large" appearance="underline" placeholder="Project, environment, template, page…" value={text} role="combobox" aria-label="Search"
            aria-expanded aria-controls={list} aria-activedescendant={found[at] ? `${list}-${at}` : undefined} aria-autocomplete="list"
            onChange={(_, data) => { setText(data.value); setAt(0) }} onKeyDown={press} />
          <ul id={list} role="listbox" aria-label="Found">
            {found.map((entry, n) => (
              // The keyboard moves through the field above, as a combobox does.
              <li key={entry.href} id={`${list}-${n}`} role="option" aria-selected={n === at} onClick={() => go(n)} onMouseMove={() => setAt(n)}>
                <span>{entry.title}</span><span className="lz-muted">{entry.kind}</span>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="lz-muted">Nothing of that name that you may see.</p>}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { RestoreDialog } from './RestoreDialog'
import { useValueVersions, type ValueScope } from './scope'
import { ValueComparison } from './ValueComparison'
import { ValueDifferences } from './ValueDifferences'

interface ValueHistoryProps {
  scope: ValueScope
  values: Schemas['Values']
}

/** Who changed the values of a scope, when, why and how; the difference of any two versions, and the way back to one. */
export function ValueHistory({ scope, values }: ValueHistoryProps) {
  const query = useValueVersions(scope)
  const [restoring, setRestoring] = useState<number>()
  if (query.data?.length === 0) return null
  return (
    <>
      <Section title="History">
        <Loaded query={query}>
          {(versions) => (
            <ol className="lz-stack">
              {versions.map((v) => (
                <li key={v.version} className="lz-card">
                  <div className="lz-row">
                    <strong>Version {v.version}</strong><span className="lz-muted">{v.author} · <Time at={v.at} /></span>{v.comment && <span>{v.comment}</span>}
                    {v.version !== values.version && <Button size="small" className="lz-push" onClick={() => setRestoring(v.version)} aria-label={`Restore version ${v.version}`}>Restore…</Button>}
                  </div>
                  <Changes scope={scope} version={v} />
                </li>
              ))}
            </ol>
          )}
        </Loaded>
      </Section>
      {query.data && query.data.length > 1 && <ValueComparison scope={scope} versions={query.data} />}
      {restoring !== undefined && <RestoreDialog scope={scope} values={values} version={restoring} close={() => setRestoring(undefined)} />}
    </>
  )
}

function Changes({ scope, version }: { scope: ValueScope; version: Schemas['ValueVersion'] }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{version.changes.map((c) => `${c.action} ${c.key}`).join(', ')}</summary>
      {open && <ValueDifferences scope={scope} from={version.version - 1} to={version.version} />}
    </details>
  )
}

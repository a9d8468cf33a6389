import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { useNotify } from '@/shared/ui/Toasts'
import { useValueDifferences } from './api/get-value-differences'
import { useValueVersions } from './api/list-value-versions'
import { useRestoreValues } from './api/restore-values'

/** Who changed the values of an environment, when, why and how; and the way back. */
export function ValueHistory({ project, environment }: { project: string; environment: string }) {
  const query = useValueVersions(project, environment)
  const restore = useRestoreValues(project, environment)
  const notify = useNotify()
  const back = (version: number) => restore.mutate(version, { onSuccess: () => notify.done(`The values are those of version ${version} again`), onError: notify.refused })
  if (query.data?.length === 0) return null
  return (
    <Section title="History">
      <Loaded query={query}>
        {(versions) => (
          <ol className="lz-stack">
            {versions.map((v, n) => (
              <li key={v.version} className="lz-card">
                <div className="lz-row">
                  <strong>Version {v.version}</strong><span className="lz-muted">{v.author} · <Time at={v.at} /></span>{v.comment && <span>{v.comment}</span>}
                  {n > 0 && <Button size="small" className="lz-push" onClick={() => back(v.version)} disabled={restore.isPending} aria-label={`Restore version ${v.version}`}>Restore</Button>}
                </div>
                <Differences project={project} environment={environment} version={v} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  )
}

function Differences({ project, environment, version }: { project: string; environment: string; version: Schemas['ValueVersion'] }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{version.changes.map((c) => `${c.action} ${c.key}`).join(', ')}</summary>
      {open && <Shown project={project} environment={environment} to={version.version} />}
    </details>
  )
}

function Shown({ project, environment, to }: { project: string; environment: string; to: number }) {
  const query = useValueDifferences(project, environment, to)
  return (
    <Loaded query={query} rows={1}>
      {({ value }) => <ul>{value.map((d) => <li key={d.key}><code>{d.key}</code>: <del>{shown(d.before)}</del> → <ins>{shown(d.after)}</ins></li>)}</ul>}
    </Loaded>
  )
}

function shown(value: Schemas['Value'] | undefined): string {
  if (!value) return 'nothing'
  return value.secret ? 'a secret' : typeof value.value === 'string' ? value.value : JSON.stringify(value.value)
}

import { useEnvironmentValueVersion } from '@/features/values/api/get-value-version'
import { useScopeValues } from '@/features/values/scope'
import { shownValue } from '@/features/values/words'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { goingAlong } from './going-along'

interface GoingAlongProps {
  source: Schemas['Environment']
  target: Schemas['Environment']
  /** With which the source was deployed. */
  version: number
}

/** Which values a promotion would set at the target. */
export function GoingAlong({ source, target, version }: GoingAlongProps) {
  const there = useEnvironmentValueVersion(source.project, source.name, version)
  const here = useScopeValues({ project: target.project, environment: target.name })
  return (
    <Loaded query={there} rows={2}>
      {({ value }) => (
        <Loaded query={here} rows={2}>
          {(now) => {
            const { set, secrets } = goingAlong(value, now.value)
            return (
              <div className="lz-card">
                {set.length === 0 ? <p>They are the same already; none is set.</p> : <ul aria-label="Values that go along">{set.map((v) => <li key={v.key}><code>{v.key}</code>: <del>{shownValue(v.before)}</del> → <ins>{shownValue(v.after)}</ins></li>)}</ul>}
                {secrets.length > 0 && <p className="lz-muted">Secret, and not taken along: {secrets.join(', ')}. {target.name} needs its own.</p>}
              </div>
            )
          }}
        </Loaded>
      )}
    </Loaded>
  )
}

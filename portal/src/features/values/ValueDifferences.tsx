import { Loaded } from '@/shared/ui/Loaded'
import { useValueDifferences, type ValueScope } from './scope'
import { shownValue } from './words'

/** The keys in which two versions differ. Of secrets it is told that they do. */
export function ValueDifferences({ scope, from, to }: { scope: ValueScope; from: number; to: number }) {
  const query = useValueDifferences(scope, from, to)
  return (
    <Loaded query={query} rows={1}>
      {({ value }) => value.length === 0 ? <p>They are the same.</p> : (
        <ul aria-label={`From version ${from} to ${to}`}>{value.map((d) => <li key={d.key}><code>{d.key}</code>: <del>{shownValue(d.before)}</del> → <ins>{d.before?.secret && d.after?.secret ? 'another secret' : shownValue(d.after)}</ins></li>)}</ul>
      )}
    </Loaded>
  )
}

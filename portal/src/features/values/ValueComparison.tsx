import { Field, Select } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { Section } from '@/shared/ui/Page'
import type { ValueScope } from './scope'
import { ValueDifferences } from './ValueDifferences'

/** The difference of any two versions. */
export function ValueComparison({ scope, versions }: { scope: ValueScope; versions: Schemas['ValueVersion'][] }) {
  const newest = versions[0]?.version ?? 0
  const [chosen, choose] = useState<{ from: number; to: number }>()
  const { from, to } = chosen ?? { from: versions[1]?.version ?? 0, to: newest }
  const options = [...versions.map((v) => ({ number: v.version, text: `${v.version}: ${v.author}, ${exactTime(new Date(v.at))}` })), { number: 0, text: '0: the empty beginning' }]
  const select = (label: string, value: number, change: (n: number) => void) => (
    <Field label={label} className="lz-choice"><Select value={String(value)} onChange={(_, d) => change(Number(d.value))}>{options.map((o) => <option key={o.number} value={o.number}>{o.text}</option>)}</Select></Field>
  )
  return (
    <Section title="Compare two versions">
      <div className="lz-card">
        <div className="lz-row">
          {select('From version', from, (n) => choose({ from: n, to }))}
          {select('To version', to, (n) => choose({ from, to: n }))}
        </div>
        <ValueDifferences scope={scope} from={from} to={to} />
      </div>
    </Section>
  )
}

import { Button, Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useResourceTypes } from '@/features/catalog/api/list-resource-types'
import { Failed } from '@/shared/ui/Failed'
import { CheckedField, type StepProps } from '../CheckedField'

export function LimitsStep({ draft, change, wrong, strict }: StepProps) {
  const [typesQuery, resourcesQuery] = [useEnvironmentTypes(), useResourceTypes()]
  const types = typesQuery.data ?? []
  const resources = resourcesQuery.data ?? []
  const free = resources.filter((r) => !draft.resources.some((l) => l.resourceType === r.name))
  const toggle = (name: string, on: boolean) => change({ set: { types: on ? [...draft.types, name] : draft.types.filter((t) => t !== name) } })
  return (
    <>
      <Failed queries={[typesQuery, resourcesQuery]} />
      <Field label="Environment types">
        <RadioGroup value={draft.someTypes ? 'some' : 'all'} onChange={(_, d) => change({ set: { someTypes: d.value === 'some' } })}>
          <Radio value="all" label="All that there are" /><Radio value="some" label="Only some" />
        </RadioGroup>
      </Field>
      {draft.someTypes && (
        <CheckedField pointer="/environmentTypes" wrong={wrong} strict={strict} label="Allowed types">
          <div role="group">{types.map((t) => <Checkbox key={t.name} label={t.title} checked={draft.types.includes(t.name)} onChange={(_, d) => toggle(t.name, d.checked === true)} />)}</div>
        </CheckedField>
      )}
      <fieldset className="lz-group">
        <legend>Quota</legend>
        {([['environmentsMost', '/quota/environments', 'Environments'], ['runningMost', '/quota/runningOperations', 'Operations at the same time'], ['hourMost', '/quota/deploymentsPerHour', 'Deployments in an hour']] as const).map(([key, pointer, label]) => (
          <CheckedField key={key} pointer={pointer} wrong={wrong} strict={strict} label={label} hint="At most; nothing is no bound."><Input inputMode="numeric" value={draft[key]} onChange={(_, d) => change({ set: { [key]: d.value } })} /></CheckedField>
        ))}
        {draft.resources.map((r, n) => (
          <div key={r.resourceType} className="lz-row">
            <CheckedField pointer={`/quota/resources/${r.resourceType}`} wrong={wrong} strict={strict} label={`Resources of type ${r.resourceType}`}><Input inputMode="numeric" value={r.most} onChange={(_, d) => change({ list: 'resources', at: n, set: { most: d.value } })} /></CheckedField>
            <Button size="small" onClick={() => change({ list: 'resources', remove: n })}>{`Do not bound ${r.resourceType}`}</Button>
          </div>
        ))}
        {free.length > 0 && (
          <Field label="Bound a type of resource">
            <Select value="" onChange={(_, d) => d.value && change({ list: 'resources', add: { resourceType: d.value, most: '1' } })}><option value="">Choose…</option>{free.map((r) => <option key={r.name} value={r.name}>{r.title}</option>)}</Select>
          </Field>
        )}
      </fieldset>
      <fieldset className="lz-group">
        <legend>Budget</legend>
        <CheckedField pointer="/budget/monthly" wrong={wrong} strict={strict} label="A month" hint="What all environments together may cost; nothing is no budget."><Input inputMode="decimal" value={draft.budget} onChange={(_, d) => change({ set: { budget: d.value } })} /></CheckedField>
        <Field label="Over it">
          <RadioGroup value={draft.over} onChange={(_, d) => change({ set: { over: d.value as 'approve' | 'refuse' } })}><Radio value="approve" label="Somebody has to approve" /><Radio value="refuse" label="Requests are refused" /></RadioGroup>
        </Field>
      </fieldset>
    </>
  )
}

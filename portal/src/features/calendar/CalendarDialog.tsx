import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useReducer } from 'react'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useRemoveCalendar } from '@/features/environments/api/remove-calendar'
import { useSetCalendar } from '@/features/environments/api/set-calendar'
import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { calendarText, problemsOf } from './calendar'
import { CalendarForecast } from './CalendarForecast'
import { edited, emptyCalendar, type Source } from './edit'
import { OffTimeFields } from './OffTimeFields'
import { zones } from './zone'

/** Who switches an environment off and on: people, the calendar of its type, or one of its own. */
export function CalendarDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const type = useEnvironmentTypes().data?.find((t) => t.name === e.type)
  const [{ source, calendar }, change] = useReducer(edited, { source: e.calendar ? 'own' : 'people', calendar: e.calendar ?? emptyCalendar() })
  const set = useSetCalendar(e.project, e.name)
  const remove = useRemoveCalendar(e.project, e.name)
  const notify = useNotify()
  const shown = source === 'type' ? type?.hibernate : source === 'own' ? calendar : undefined
  const problems = source === 'own' ? problemsOf(calendar) : []
  const save = () => {
    const done = { onSuccess: () => { notify.done(source === 'people' ? 'People hibernate and wake it now' : 'The calendar is kept', source === 'people' ? undefined : 'It counts from its next change on.'); close() } }
    if (source === 'people') return remove.mutate(undefined, done)
    set.mutate(source === 'type' ? {} : { calendar }, done)
  }
  return (
    <FormDialog wide title={`When ${e.project}/${e.name} sleeps`} close={close} submit="Save" onSubmit={save} disabled={problems.length > 0 || set.isPending || remove.isPending || (source === 'type' && !type?.hibernate)} error={set.error ?? remove.error}>
      <Field label="Who hibernates and wakes it">
        <RadioGroup value={source} onChange={(_, d) => change({ do: 'source', source: d.value as Source })}>
          <Radio value="people" label="People alone" />
          {type?.hibernate && <Radio value="type" label={`The calendar of type ${e.type}: ${calendarText(type.hibernate)}`} />}
          <Radio value="own" label="A calendar of its own" />
        </RadioGroup>
      </Field>
      {source === 'own' && (
        <>
          <Field label="Time zone" hint="Its clocks count, and how they are moved in spring and autumn.">
            <Input list="lz-zones" value={calendar.timeZone} onChange={(_, d) => change({ do: 'zone', timeZone: d.value })} autoComplete="off" />
          </Field>
          <datalist id="lz-zones">{zones.map((z) => <option key={z} value={z} />)}</datalist>
          {calendar.off.map((time, n) => (
            <OffTimeFields key={n} number={n + 1} time={time} change={(part) => change({ do: 'time', at: n, part })} {...(calendar.off.length > 1 ? { remove: () => change({ do: 'remove', at: n }) } : {})} />
          ))}
          <div><Button type="button" size="small" disabled={calendar.off.length >= 14} onClick={() => change({ do: 'add' })}>Another time</Button></div>
        </>
      )}
      <div aria-live="polite" className="lz-stack">
        {problems.map((p) => <p key={p} className="lz-problem">{p}</p>)}
        {shown && problems.length === 0 && <CalendarForecast calendar={shown} environment={e} />}
        {source === 'people' && <p className="lz-muted">It stays as it is until somebody hibernates or wakes it.</p>}
      </div>
    </FormDialog>
  )
}

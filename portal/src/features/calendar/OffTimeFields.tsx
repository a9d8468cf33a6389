import { Button, Checkbox, Field, Input } from '@fluentui/react-components'
import { dayNames, days, type OffTime } from './calendar'

interface OffTimeFieldsProps {
  number: number
  time: OffTime
  change: (part: Partial<OffTime>) => void
  remove?: () => void
}

/** One time at which an environment sleeps: the days on which it begins, from when until when. */
export function OffTimeFields({ number, time, change, remove }: OffTimeFieldsProps) {
  const toggle = (day: OffTime['days'][number]) => change({ days: days.filter((d) => (d === day) !== time.days.includes(d)) })
  const overnight = time.from !== '' && time.to !== '' && time.to <= time.from
  return (
    <fieldset className="lz-off-time">
      <legend>Time {number}</legend>
      <div className="lz-row">{days.map((d) => <Checkbox key={d} label={d} aria-label={dayNames[d]} checked={time.days.includes(d)} onChange={() => toggle(d)} />)}</div>
      <div className="lz-row">
        <Field label="From"><Input type="time" value={time.from} onChange={(_, d) => change({ from: d.value })} /></Field>
        {time.to === '24:00' ? <Field label="Until"><Input readOnly value="24:00" /></Field> : <Field label="Until"><Input type="time" value={time.to} onChange={(_, d) => change({ to: d.value })} /></Field>}
        <Checkbox label="Whole day" checked={time.from === '00:00' && time.to === '24:00'} onChange={(_, d) => change(d.checked ? { from: '00:00', to: '24:00' } : { from: '19:00', to: '07:00' })} />
        {remove && <Button type="button" size="small" className="lz-push" onClick={remove} aria-label={`Remove time ${number}`}>Remove</Button>}
      </div>
      {overnight && <p className="lz-muted">It ends on the next day.</p>}
    </fieldset>
  )
}

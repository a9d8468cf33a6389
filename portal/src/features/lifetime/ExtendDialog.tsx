import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useExtendEnvironment } from '@/features/environments/api/extend-environment'
import type { Schemas } from '@/shared/api/client'
import { durationWords, localInput } from '@/shared/time/iso'
import { useNow } from '@/shared/time/useNow'
import { exactTime } from '@/shared/time/words'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { choicesOf, latestOf } from './expiry'

/** Puts off when an environment expires, and tells how far that may go. */
export function ExtendDialog({ environment: e, close }: { environment: Schemas['Environment'] & { expiresAt: string }; close: () => void }) {
  const rule = useEnvironmentTypes().data?.find((t) => t.name === e.type)?.expiry
  const now = useNow(30_000)
  const latest = latestOf(rule?.max, now)
  const choices = choicesOf(e.expiresAt, rule?.max, now)
  const [chosen, choose] = useState('P7D')
  const [exact, setExact] = useState(() => localInput(new Date(e.expiresAt)))
  const extend = useExtendEnvironment(e.project, e.name)
  const notify = useNotify()
  const choice = choices.find((c) => c.value === chosen)
  const until = chosen === 'exact' ? new Date(exact) : choice?.until
  const tooLate = !!until && !!latest && until > latest
  const past = !!until && until <= now
  const wrong = !until || Number.isNaN(until.getTime()) || tooLate || past
  const save = () => {
    if (wrong) return
    extend.mutate(choice?.by ? { by: choice.by } : { until: until.toISOString() }, { onSuccess: ({ expiresAt }) => { notify.done(expiresAt ? `It expires ${exactTime(new Date(expiresAt))}` : 'Extended'); close() } })
  }
  return (
    <FormDialog title={`Extend ${e.project}/${e.name}`} close={close} submit="Extend" onSubmit={save} disabled={wrong || extend.isPending} error={extend.error}>
      <p>It is deleted {exactTime(new Date(e.expiresAt))}, with everything in it.{' '}
        {latest ? <>Environments of type {e.type} may be kept {durationWords(rule?.max ?? '')} from now: not later than <strong>{exactTime(latest)}</strong>. Extend it again when that comes near.</> : 'Its type sets no limit.'}</p>
      <Field label="Extend">
        <RadioGroup value={chosen} onChange={(_, d) => choose(d.value)}>
          {choices.map((c) => <Radio key={c.value} value={c.value} disabled={c.over} label={`${c.title}: ${c.over ? 'over the limit' : `until ${exactTime(c.until)}`}`} />)}
          <Radio value="exact" label="Until a day and time" />
        </RadioGroup>
      </Field>
      {chosen === 'exact' && (
        <Field label="Until" {...(tooLate || past ? { validationState: 'error' as const, validationMessage: past ? 'That is past.' : 'That is later than its type allows.' } : {})}>
          <Input type="datetime-local" value={exact} {...(latest ? { max: localInput(latest) } : {})} onChange={(_, d) => setExact(d.value)} />
        </Field>
      )}
    </FormDialog>
  )
}

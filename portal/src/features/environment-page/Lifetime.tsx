import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { calendarText } from '@/features/calendar/calendar'
import { CalendarDialog } from '@/features/calendar/CalendarDialog'
import { useHibernateEnvironment } from '@/features/environments/api/hibernate-environment'
import { useWakeEnvironment } from '@/features/environments/api/wake-environment'
import { ExtendDialog } from '@/features/lifetime/ExtendDialog'
import { ProtectDialog, UnprotectDialog } from '@/features/lifetime/ProtectDialog'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Facts, Section } from '@/shared/ui/Page'
import { useNotify } from '@/shared/ui/Toasts'

type Environment = Schemas['Environment']
type Question = 'extend' | 'protect' | 'unprotect' | 'calendar'

/** How long it lives, what keeps it, and when it sleeps; each with what one can do about it. */
export function Lifetime({ environment: e }: { environment: Environment }) {
  const [asked, ask] = useState<Question>()
  const close = () => ask(undefined)
  const button = (question: Question, text: string) => <Button size="small" onClick={() => ask(question)}>{text}</Button>
  return (
    <Section title="Lifetime">
      <Facts rows={[
        ['Expires', e.expiresAt ? <span key="expires" className="lz-row"><Time at={e.expiresAt} />{e.protection && <span className="lz-muted">not while it is protected</span>}{button('extend', 'Extend…')}</span> : 'never'],
        ['Protected', e.protection ? <span key="protected" className="lz-row"><span>“{e.protection.reason}” <span className="lz-muted">{e.protection.by}, <Time at={e.protection.at} /></span></span>{button('unprotect', 'Take away…')}</span> : <span key="protected" className="lz-row">no{button('protect', 'Protect…')}</span>],
        ['Power', <Power key="power" environment={e} />],
        ['Calendar', <span key="calendar" className="lz-row">{e.calendar ? calendarText(e.calendar) : 'none: people hibernate and wake it'}{button('calendar', 'Edit calendar…')}</span>],
        ['Next by calendar', e.nextPowerAt && <Time at={e.nextPowerAt} />],
      ]} />
      {asked === 'extend' && e.expiresAt && <ExtendDialog environment={{ ...e, expiresAt: e.expiresAt }} close={close} />}
      {asked === 'protect' && <ProtectDialog environment={e} close={close} />}
      {asked === 'unprotect' && <UnprotectDialog environment={e} close={close} />}
      {asked === 'calendar' && <CalendarDialog environment={e} close={close} />}
    </Section>
  )
}

function Power({ environment: e }: { environment: Environment }) {
  const hibernate = useHibernateEnvironment(e.project, e.name)
  const wake = useWakeEnvironment(e.project, e.name)
  const notify = useNotify()
  const open = useOpenOperation()
  const then = { onSuccess: open, onError: notify.refused }
  const busy = !!e.activeOperation || hibernate.isPending || wake.isPending
  if (e.state === 'hibernated') return <span className="lz-row">off {e.hibernation?.since && <>since <Time at={e.hibernation.since} /></>}<Button size="small" disabled={busy} onClick={() => wake.mutate(undefined, then)}>Wake</Button></span>
  return <span className="lz-row">on{e.state === 'ready' && <Button size="small" disabled={busy} onClick={() => hibernate.mutate(undefined, then)}>Hibernate</Button>}</span>
}

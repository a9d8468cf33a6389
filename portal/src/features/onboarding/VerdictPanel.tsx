import { Link } from '@tanstack/react-router'
import { PreviewView } from '@/features/deployments/PreviewView'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { Status } from '@/shared/ui/Status'
import type { Wrong } from './checks'
import { stepOf } from './checks'
import { stepTitles } from './steps'
import type { Verdict } from './useVerdict'

/** What the platform says of what is typed: the price, what refuses it, who has to approve. */
export function VerdictPanel({ verdict: { preview, error, waitsFor, retry } }: { verdict: Verdict }) {
  if (waitsFor.length > 0 && !preview) return <EmptyState title={`Fill in the ${waitsFor.join(', ')}`}>Then the price, the policies and whatever would refuse the request are told here as you type.</EmptyState>
  if (error) return <ErrorView error={error} retry={retry} />
  if (!preview) return <Loading />
  return (
    <div className="lz-stack">
      <div className="lz-card">
        <p><strong>{preview.price.monthly} {preview.price.currency}</strong> a month{preview.price.complete ? '' : ', as far as it is known'}</p>
        {waitsFor.length > 0 && <p className="lz-muted">As it was before you changed the {waitsFor.join(', ')}.</p>}
        {preview.refusal ? <RefusalView refusal={preview.refusal} /> : preview.environments.every((e) => !e.refusal) && <Status tone="good">Nothing refuses it</Status>}
      </div>
      {preview.environments.map((e) => (
        <details key={e.name} className="lz-card" open={e.refusal !== undefined}>
          <summary><strong>{e.name}</strong> {e.refusal ? <Status tone="bad">Refused</Status> : e.preview?.approval ? <Status tone="waiting">Needs approval</Status> : <Status tone="good">May be made</Status>} {e.preview && <span className="lz-muted">{e.preview.price.after.monthly} {e.preview.price.after.currency} a month</span>}</summary>
          {e.refusal && <RefusalView refusal={e.refusal} />}
          {e.preview && <PreviewView preview={e.preview} />}
        </details>
      ))}
    </div>
  )
}

function RefusalView({ refusal: r }: { refusal: Schemas['Refusal'] }) {
  return (
    <div className="lz-refusal">
      <p><Status tone="bad">{r.detail}</Status></p>
      {r.errors && <WrongList wrong={r.errors.map((e) => ({ ...e, step: stepOf(e.pointer) }))} />}
      {r.action && <p className="lz-muted">{r.action}</p>}
    </div>
  )
}

/** What is wrong, each with a link to where it was typed. */
export function WrongList({ wrong }: { wrong: Wrong[] }) {
  return <ul className="lz-preview">{wrong.map((w) => <li key={w.pointer + w.detail}><Link to="/onboard" search={{ step: w.step }}>{stepTitles[w.step]}</Link>: <code>{w.pointer}</code> {w.detail}</li>)}</ul>
}

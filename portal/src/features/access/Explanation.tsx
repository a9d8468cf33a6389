import type { Schemas } from '@/shared/api/client'
import { Status } from '@/shared/ui/Status'
import { scopeWords } from './scope'

type Weighed = Schemas['WeighedAssignment']

const verdicts: Record<string, string> = { allows: 'allows it', actionNotInRole: 'does not allow this action', expired: 'has ended', otherScope: 'does not count there' }
const sources: Record<string, string> = { token: 'by the token', 'signed-in': 'everybody who is signed in', 'pipeline-run': 'pipeline runs' }

const holder = (w: Weighed) => (w.id ? `${w.kind ?? 'user'} ${w.id}` : sources[w.from ?? ''] ?? w.from)

/** The verdict first, then the assignment or the rule that decides, then everything that was weighed. */
export function Explanation({ answer: e, who }: { answer: Schemas['AccessExplanation']; who?: string | undefined }) {
  return (
    <div className="lz-card lz-explanation">
      <p><Status tone={e.allowed ? 'good' : 'bad'}>{`${who ?? 'You'} ${e.allowed ? 'may' : 'may not'} do ${e.action} at ${scopeWords(e.scope)}`}</Status></p>
      {e.decidedBy && <p>{`The right comes from ${e.decidedBy.role} at ${scopeWords(e.decidedBy.scope)}, held by ${holder(e.decidedBy)}.`}</p>}
      {e.reason && <p>{e.reason}</p>}
      {e.nextStep && <p className="lz-muted">{e.nextStep}</p>}
      {e.groupsOmitted && <p>Your token names no groups because there are too many, so what groups hold does not count.</p>}
      {e.ownRequest && <p>It is a request of their own, and another pair of eyes is asked for.</p>}
      {e.considered.length > 0 && (
        <>
          <h3>What was considered</h3>
          <ul className="lz-preview">{e.considered.map((w, n) => <li key={n}><strong>{w.role}</strong> at {scopeWords(w.scope)}, held by {holder(w)}: {verdicts[w.verdict] ?? w.verdict}</li>)}</ul>
        </>
      )}
      {e.ask && e.ask.length > 0 && (
        <>
          <h3>Who may give the right</h3>
          <ul className="lz-preview">{e.ask.map((a) => <li key={a.assignment}>{a.kind} {a.id} <span className="lz-muted">{a.role} at {scopeWords(a.scope)}</span></li>)}</ul>
        </>
      )}
    </div>
  )
}

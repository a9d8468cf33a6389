import { Button, Field, MessageBar, MessageBarBody, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Facts, Section } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'
import { Time } from '@/shared/time/Time'
import { useNotify } from '@/shared/ui/Toasts'
import { useApproveOperation } from './api/approve-operation'
import { useRejectOperation } from './api/reject-operation'

/** Everything that somebody needs who decides, and the decision. */
export function ApprovalPanel({ approval }: { approval: Schemas['Approval'] }) {
  const { need, decisions, price } = approval
  const agreed = decisions.filter((d) => d.approved).length
  return (
    <Section title="Approval">
      <Facts rows={[
        ['Asked by', approval.requestedBy],
        ['Needs', `${need.count} × ${need.role}${need.notTheRequester ? ', and not who asked' : ''}; ${agreed} so far`],
        ['Because', need.reasons.join('; ')],
        ['Price a month', price && `${price.before.monthly} → ${price.after.monthly} ${price.after.currency}${price.after.complete ? '' : ', as far as it is known'}`],
        ['Given up', approval.until && <Time at={approval.until} />],
      ]} />
      {decisions.map((d) => (
        <p key={`${d.by}${d.at}`}><Status tone={d.approved ? 'good' : 'bad'}>{`${d.by} ${d.approved ? 'agreed' : 'rejected'}`}</Status> <Time at={d.at} />{d.comment && `: “${d.comment}”`}</p>
      ))}
      {approval.stage === 'awaitingApproval' && (approval.mayDecide && approval.plan ? <Decision operation={approval.operation} plan={approval.plan.digest} /> : (
        <MessageBar><MessageBarBody>{approval.reason ?? 'You may not decide about this plan.'}</MessageBarBody></MessageBar>
      ))}
    </Section>
  )
}

function Decision({ operation, plan }: { operation: string; plan: string }) {
  const [comment, setComment] = useState('')
  const [missing, setMissing] = useState(false)
  const approve = useApproveOperation(operation)
  const reject = useRejectOperation(operation)
  const notify = useNotify()
  const refuse = () => {
    if (!comment.trim()) return setMissing(true)
    reject.mutate({ plan, comment }, { onSuccess: () => notify.done('Rejected; nothing is changed') })
  }
  const busy = approve.isPending || reject.isPending
  return (
    <form className="lz-form" onSubmit={(e) => { e.preventDefault(); approve.mutate({ plan, ...(comment ? { comment } : {}) }, { onSuccess: () => notify.done('Approved: exactly this plan is applied') }) }}>
      <Field label="Comment" hint="Whoever asked reads it. A rejection needs one." {...(missing ? { validationState: 'error' as const, validationMessage: 'Say why you reject it.' } : {})}>
        <Textarea value={comment} onChange={(_, d) => { setComment(d.value); setMissing(false) }} />
      </Field>
      {(approve.error ?? reject.error) && <ErrorView error={approve.error ?? reject.error} />}
      <div className="lz-row">
        <Button type="submit" appearance="primary" disabled={busy}>Approve this plan</Button>
        <Button type="button" onClick={refuse} disabled={busy}>Reject</Button>
      </div>
    </form>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { countsSentence } from '@/features/deployments/PlanView'
import { PriceItems } from '@/features/deployments/PriceItems'
import { changeOf } from '@/features/deployments/price'
import type { Schemas } from '@/shared/api/client'
import { Facts, Section } from '@/shared/ui/Page'
import { sentenceOf } from '@/shared/ui/ErrorView'

type Environment = Schemas['Environment']

/** What it costs now, what hibernating saves, and what it would cost after the next deployment. */
export function Cost({ environment: e }: { environment: Environment }) {
  const price = useDeployment(e.project, e.name, e.deployment).data?.price
  const currency = price?.currency ?? ''
  const { hibernation: h } = e
  return (
    <Section title="Cost a month">
      <Facts rows={[
        ['Now', e.monthly === undefined ? 'not known until it is deployed' : `${e.monthly} ${currency}${price && !price.complete ? ', as far as it is known' : ''}`],
        ['While it sleeps', e.monthlyOff !== undefined && e.monthlyOff !== e.monthly && `${e.monthlyOff} ${currency}`],
        ['Its calendar saves', h?.calendarSaves && `about ${h.calendarSaves} ${currency}`],
        ['Saved so far', h && h.hours > 0 && `${h.saved} ${currency} in ${h.hours} ${h.hours === 1 ? 'hour' : 'hours'} of sleep`],
        ['After the next deployment', e.deployment && !e.activeOperation && <After key="after" environment={e} />],
      ]} />
      {price && (price.items.length > 0 || price.unknown.length > 0) && <details><summary>By resource</summary><PriceItems price={price} /></details>}
    </Section>
  )
}

/** A deployment takes along what was changed since, such as values: what that comes to. */
function After({ environment: e }: { environment: Environment }) {
  const preview = useQuery({ ...previewQuery(e.project, e.name, {}), staleTime: 30_000 })
  if (preview.error) return <span className="lz-muted">cannot be told: {sentenceOf(preview.error)}</span>
  if (!preview.data) return <>…</>
  const { counts, price } = preview.data
  const idle = counts.add + counts.change + counts.remove === 0
  return <>{price.after.monthly} {price.after.currency} <span className="lz-muted">{changeOf(price)}; {idle ? 'it would change nothing' : countsSentence(counts)}</span></>
}

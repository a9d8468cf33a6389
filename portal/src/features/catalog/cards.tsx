import { Badge } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { isUsable, priceText } from './offers'
import { Withheld } from './Withheld'

interface Offered {
  offer: Schemas['Offer'] | undefined
  project: string | undefined
}

export function TemplateCard({ template: t, offer, project }: Offered & { template: Schemas['Template'] }) {
  return (
    <li className="lz-card lz-offer">
      <h3><Link to="/catalog/templates/$template" params={{ template: t.name }} search={project ? { project } : {}}>{t.title}</Link></h3>
      {t.description && <p>{t.description}</p>}
      <p className="lz-row">{t.tags?.map((tag) => <Badge key={tag} appearance="outline" color="informative">{tag}</Badge>)}</p>
      <p className="lz-muted">{[t.takes, priceText(t.price)].filter(Boolean).join(' · ')}</p>
      <Use offer={offer}>{project && isUsable(offer) && <Link to="/projects/$project/new-environment" params={{ project }} search={{ template: t.name, type: offer.environmentTypes[0] }} aria-label={`Use it: ${t.title}`}>Use it</Link>}</Use>
    </li>
  )
}

export function ResourceTypeCard({ type: t, offer, project }: Offered & { type: Schemas['ResourceType'] }) {
  return (
    <li className="lz-card lz-offer">
      <h3><Link to="/catalog/types/$type" params={{ type: t.name }} search={project ? { project } : {}}>{t.title}</Link></h3>
      {t.description && <p>{t.description}</p>}
      <p className="lz-muted"><code>{t.name}</code></p>
      <Use offer={offer}>{project && isUsable(offer) && <UseType project={project} type={t} environmentType={offer.environmentTypes[0]} />}</Use>
    </li>
  )
}

export function UseType({ project, type, environmentType }: { project: string; type: Schemas['ResourceType']; environmentType: string | undefined }) {
  return <Link to="/projects/$project/new-environment" params={{ project }} search={{ as: 'manifest', type: environmentType, manifest: { resources: { [type.name]: { type: type.name } } } }} aria-label={`Use it: ${type.title}`}>Use it</Link>
}

function Use({ offer, children }: { offer: Schemas['Offer'] | undefined; children: React.ReactNode }) {
  if (!offer) return null
  return (
    <div className="lz-use">
      {isUsable(offer) && <p className="lz-row">{children}<span className="lz-muted">in {offer.environmentTypes.join(', ')}</span></p>}
      <Withheld offer={offer} />
    </div>
  )
}

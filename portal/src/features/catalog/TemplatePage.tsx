import { Link } from '@tanstack/react-router'
import { useProjects } from '@/features/projects/api/list-projects'
import { isObject, type JsonSchema } from '@/features/schema-form/schema'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { Facts, Page, Section } from '@/shared/ui/Page'
import { useTemplate } from './api/get-template'
import { useVersion } from './api/get-version'
import { useOffers } from './api/list-offers'
import { Docs, NotTheDefault, UseIn, catalogCrumbs, type ItemSearch } from './item-page'
import { isUsable, offerOf, priceText } from './offers'
import { SchemaTable } from './SchemaTable'
import { Versions } from './Versions'

/** A golden path: what it makes, what it asks for, what it costs, and the way to it. */
export function TemplatePage({ template, search }: { template: string; search: ItemSearch }) {
  const query = useTemplate(template)
  const other = useVersion('template', template, search.version)
  const first = useProjects().data?.[0]?.name
  const project = search.project ?? first
  const offer = offerOf(useOffers(project).data, 'template', template)
  return (
    <Page title={query.data?.title ?? template} subtitle={query.data?.description} crumbs={catalogCrumbs}
      actions={project && isUsable(offer) && <Link className="lz-button" to="/projects/$project/new-environment" params={{ project }} search={{ template, type: offer.environmentTypes[0] }}>Use it</Link>}>
      {search.version && <NotTheDefault query={other} />}
      <Loaded query={query} rows={8}>
        {(current) => <Shown template={other.data?.document ? asOf(current, other.data) : current} offer={offer} project={project} />}
      </Loaded>
    </Page>
  )
}

/** A template as one of its versions was published. */
function asOf(current: Schemas['Template'], { version, document }: Schemas['CatalogItem']): Schemas['Template'] {
  const metadata = isObject(document?.metadata) ? document.metadata : {}
  const spec = isObject(document?.spec) ? document.spec : {}
  const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : undefined)
  return { ...current, version, price: undefined, title: text('title') ?? current.title, description: text('description'), docs: text('docs'), owner: text('owner'),
    parameters: (spec.parameters ?? { type: 'object' }) as JsonSchema, manifest: (spec.manifest ?? {}) as Schemas['Manifest'] }
}

function Shown({ template: t, offer, project }: { template: Schemas['Template']; offer: Schemas['Offer'] | undefined; project: string | undefined }) {
  const resources = Object.entries(t.manifest.resources ?? {})
  return (
    <div className="lz-item">
      <div className="lz-stack">
        {t.docs && <Section title="About it"><Docs text={t.docs} /></Section>}
        <Section title="What it makes">
          {resources.length === 0 ? <p>Nothing by itself.</p> : (
            <ul className="lz-card">{resources.map(([alias, r]) => <li key={alias}><strong>{alias}</strong> <Link to="/catalog/types/$type" params={{ type: r.type }}>{r.type}</Link></li>)}</ul>
          )}
        </Section>
        <Section title="What it asks for"><SchemaTable label="Parameters" schema={t.parameters} nothing="It asks for nothing" /></Section>
        <Section title="Versions"><Versions kind="template" name={t.name} shown={t.version} /></Section>
      </div>
      <div className="lz-stack">
        <Section title="Facts">
          <Facts rows={[['Version', t.version], ['Price', t.price && priceText(t.price)], ['Takes', t.takes], ['Owner', t.owner], ['Tags', t.tags?.join(', ')], ['Name', <code key="name">{t.name}</code>]]} />
          {t.price?.unknown.map((u) => <p key={u.alias + (u.meter ?? '')} className="lz-muted">{u.alias}: {u.reason}</p>)}
        </Section>
        <UseIn offer={offer} project={project} />
      </div>
    </div>
  )
}

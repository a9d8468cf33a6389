import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { useProjects } from '@/features/projects/api/list-projects'
import { isObject, type JsonSchema } from '@/features/schema-form/schema'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { Facts, Page, Section } from '@/shared/ui/Page'
import { useDefinitions } from './api/explain-definitions'
import { useResourceType } from './api/get-resource-type'
import { useVersion } from './api/get-version'
import { useOffers } from './api/list-offers'
import { Docs, NotTheDefault, UseIn, catalogCrumbs, type ItemSearch } from './item-page'
import { isUsable, offerOf, priceText } from './offers'
import { SchemaTable } from './SchemaTable'
import { Versions } from './Versions'

/** A kind of resource: what one may say of it, what one gets, who builds it where, and what that costs. */
export function ResourceTypePage({ type, search }: { type: string; search: ItemSearch }) {
  const query = useResourceType(type)
  const other = useVersion('resource-type', type, search.version)
  const first = useProjects().data?.[0]?.name
  const project = search.project ?? first
  const offer = offerOf(useOffers(project).data, 'resource-type', type)
  return (
    <Page title={query.data?.title ?? type} subtitle={query.data?.description} crumbs={catalogCrumbs}
      actions={project && isUsable(offer) && (
        <Link className="lz-button" to="/projects/$project/new-environment" params={{ project }} search={{ as: 'manifest', type: offer.environmentTypes[0], manifest: { resources: { [type]: { type } } } }}>Use it</Link>
      )}>
      {search.version && <NotTheDefault query={other} />}
      <Loaded query={query} rows={8}>
        {(current) => {
          const t = other.data?.document ? asOf(current, other.data) : current
          return (
            <div className="lz-item">
              <div className="lz-stack">
                {t.docs && <Section title="About it"><Docs text={t.docs} /></Section>}
                <Section title="Inputs"><SchemaTable label="Inputs" schema={t.inputs} nothing="Nothing can be set" /></Section>
                <Section title="Outputs"><SchemaTable label="Outputs" schema={t.outputs} nothing="It gives nothing" /></Section>
                <Section title="Versions"><Versions kind="resource-type" name={t.name} shown={t.version} /></Section>
              </div>
              <div className="lz-stack">
                <Section title="Facts"><Facts rows={[['Version', t.version], ['Name', <code key="name">{t.name}</code>]]} /></Section>
                {project && isUsable(offer) && <Section title="Who builds it"><ul className="lz-card">{offer.environmentTypes.map((e) => <Built key={e} project={project} type={type} environmentType={e} />)}</ul></Section>}
                <UseIn offer={offer} project={project} />
              </div>
            </div>
          )
        }}
      </Loaded>
    </Page>
  )
}

function asOf(current: Schemas['ResourceType'], { version, document }: Schemas['CatalogItem']): Schemas['ResourceType'] {
  const metadata = isObject(document?.metadata) ? document.metadata : {}
  const spec = isObject(document?.spec) ? document.spec : {}
  return { ...current, version, docs: typeof metadata.docs === 'string' ? metadata.docs : undefined, inputs: (spec.inputs ?? {}) as JsonSchema, outputs: (spec.outputs ?? {}) as JsonSchema }
}

/** Which definition builds it in environments of a type, and what that costs as long as nothing is said. */
function Built({ project, type, environmentType }: { project: string; type: string; environmentType: string }) {
  const definitions = useDefinitions({ project, type, environmentType }).data
  const chosen = definitions?.find((d) => d.outcome === 'chosen')
  const preview = useQuery({ ...previewQuery(project, 'new', { type: environmentType, manifest: { resources: { [type]: { type } } } }), enabled: !!chosen })
  return (
    <li>
      <strong>{environmentType}</strong> {chosen ? <code>{chosen.definition}</code> : definitions && <span className="lz-muted">as the class says: {definitions.filter((d) => d.outcome === 'noMatch').map((d) => d.definition).join(', ')}</span>}
      {preview.data && <span className="lz-muted"> {priceText(preview.data.price.after)}</span>}
    </li>
  )
}

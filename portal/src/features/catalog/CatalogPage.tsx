import { Field, SearchBox, Select } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useProjects } from '@/features/projects/api/list-projects'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { useOffers } from './api/list-offers'
import { useResourceTypes } from './api/list-resource-types'
import { useTemplates } from './api/list-templates'
import { ResourceTypeCard, TemplateCard } from './cards'
import { fits, tagsOf, type CatalogFilter } from './filter'
import { isUsable, offerOf } from './offers'

export interface CatalogSearch extends CatalogFilter {
  project?: string | undefined
}

/** Everything that can be asked for; what one may use first, and the rest with the reason why not. */
export function CatalogPage({ search }: { search: CatalogSearch }) {
  const projects = useProjects()
  const project = search.project ?? projects.data?.[0]?.name
  const offers = useOffers(project)
  const templates = useTemplates()
  const types = useResourceTypes()
  const navigate = useNavigate()
  const change = (next: Partial<CatalogSearch>) => void navigate({ to: '/catalog', search: { ...search, ...next }, replace: true })
  return (
    <>
      <div className="lz-filters" role="search" aria-label="Filter the catalog">
        <Field label="Find"><SearchBox value={search.q ?? ''} onChange={(_, d) => change({ q: d.value || undefined })} placeholder="Name, purpose, tag…" /></Field>
        <Field label="Tag"><Select value={search.tag ?? ''} onChange={(_, d) => change({ tag: d.value || undefined })}><option value="">Any</option>{tagsOf(templates.data ?? []).map((t) => <option key={t}>{t}</option>)}</Select></Field>
        {!!projects.data?.length && (
          <Field label="For the project"><Select value={project ?? ''} onChange={(_, d) => change({ project: d.value })}>{projects.data.map((p) => <option key={p.name} value={p.name}>{p.title}</option>)}</Select></Field>
        )}
      </div>
      {projects.data?.length === 0 && <EmptyState title="You are in no project yet">You can look at everything here. To use it, let the owner of a project give you a role in it, or ask for a project of your own.</EmptyState>}
      {offers.error && <ErrorView error={offers.error} retry={() => void offers.refetch()} />}
      <Loaded query={templates} rows={6}>
        {(all) => <Offered title="Templates" all={all.filter((t) => fits(t, search))} usable={(t) => offers.data === undefined || isUsable(offerOf(offers.data, 'template', t.name))} clear={() => change({ q: undefined, tag: undefined })}
          card={(t) => <TemplateCard key={t.name} template={t} offer={offerOf(offers.data, 'template', t.name)} project={project} />} />}
      </Loaded>
      {!search.tag && (
        <Loaded query={types} rows={6}>
          {(all) => <Offered title="Resource types" all={all.filter((t) => fits(t, search))} usable={(t) => offers.data === undefined || isUsable(offerOf(offers.data, 'resource-type', t.name))} clear={() => change({ q: undefined, tag: undefined })}
            card={(t) => <ResourceTypeCard key={t.name} type={t} offer={offerOf(offers.data, 'resource-type', t.name)} project={project} />} />}
        </Loaded>
      )}
    </>
  )
}

function Offered<T>({ title, all, usable, card, clear }: { title: string; all: T[]; usable: (item: T) => boolean; card: (item: T) => React.ReactNode; clear: () => void }) {
  const rest = all.filter((item) => !usable(item))
  return (
    <Section title={title}>
      {all.length === 0 && <EmptyState title="Nothing of that kind" action={<Link to="/catalog" onClick={(e) => { e.preventDefault(); clear() }}>Show everything</Link>}>No {title.toLowerCase()} fit what you look for.</EmptyState>}
      <ul className="lz-cards">{all.filter(usable).map(card)}</ul>
      {rest.length > 0 && (
        <>
          <h3>Not for you in this project</h3>
          <ul className="lz-cards">{rest.map(card)}</ul>
        </>
      )}
    </Section>
  )
}

import { Field, MessageBar, MessageBarBody, MessageBarTitle, Select } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useProjects } from '@/features/projects/api/list-projects'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Failed } from '@/shared/ui/Failed'
import { Loaded } from '@/shared/ui/Loaded'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { useOffers } from './api/list-offers'
import { isUsable } from './offers'
import { meaningOf, VersionStatus } from './Versions'
import { Withheld } from './Withheld'

const Markdown = lazy(() => import('@/shared/ui/Markdown'))

/** What the address of a page about something in the catalog may say. */
export interface ItemSearch {
  project?: string | undefined
  /** Left out: the default. */
  version?: string | undefined
}

export const catalogCrumbs = [{ title: 'Catalog', to: '/catalog' }]

export function Docs({ text }: { text: string }) {
  return <div className="lz-card"><Suspense fallback={<Loading rows={4} />}><Markdown text={text} /></Suspense></div>
}

/** Says of another version than the default what it is good for. */
export function NotTheDefault({ query: { data: v, error, refetch } }: { query: UseQueryResult<Schemas['CatalogItem']> }) {
  if (error) return <ErrorView error={error} retry={() => void refetch()} />
  if (!v || v.status === 'default') return null
  return (
    <MessageBar intent={v.status === 'defective' ? 'error' : 'warning'} layout="multiline">
      <MessageBarBody><MessageBarTitle>Version {v.version}</MessageBarTitle> <VersionStatus status={v.status} />: {meaningOf(v.status)}. <Link to="." search={(before) => ({ ...before, version: undefined })}>Show the default</Link></MessageBarBody>
    </MessageBar>
  )
}

/** Where one may use it, and why not elsewhere. */
export function UseIn({ offer, project }: { offer: Schemas['Offer'] | undefined; project: string | undefined }) {
  const [all, offers] = [useProjects(), useOffers(project)]
  const navigate = useNavigate()
  const projects = all.data
  if (!projects) return <Section title="Where you may use it"><Loaded query={all} rows={1}>{() => null}</Loaded></Section>
  if (projects.length === 0) return <Section title="Where you may use it"><EmptyState title="You are in no project yet">Let the owner of a project give you a role in it.</EmptyState></Section>
  return (
    <Section title="Where you may use it">
      <div className="lz-card">
        <Field label="Project"><Select value={project ?? ''} onChange={(_, d) => void navigate({ to: '.', search: (before: object) => ({ ...before, project: d.value }), replace: true })}>{projects.map((p) => <option key={p.name} value={p.name}>{p.title}</option>)}</Select></Field>
        <Failed queries={[offers]} />
        {!offer ? offers.isPending && <Loading rows={1} /> : <>
          {isUsable(offer) && <p>In environments of type {offer.environmentTypes.join(', ')}, in version {offer.version}.</p>}
          <Withheld offer={offer} />
        </>}
      </div>
    </Section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { useSession } from '@/shared/auth/SessionContext'
import { useNamedPages, useNavPages } from '@/shared/nav'
import { useTheme } from '@/shared/theme/ThemeContext'
import { useDebounced } from '@/shared/ui/useDebounced'
import { searchQuery } from './api/search'
import { recentPlaces } from './recent'

/** Something to go to, or to do. */
export interface Entry {
  key: string
  group: 'Recent' | 'Found' | 'Actions' | 'Pages'
  title: string
  detail: string
  href?: string
  act?: () => void
  keywords?: string
}

type Found = Schemas['SearchResult']

const kinds: Record<Found['kind'], string> = {
  project: 'Project', environment: 'Environment', resource: 'Resource', operation: 'Operation', team: 'Team', template: 'Template', resourceType: 'Resource type', environmentType: 'Environment type',
}

/** Where what was found is shown. */
export function hrefOf({ kind, name, project, environment }: Found): string {
  switch (kind) {
    case 'project': return `/projects/${name}`
    case 'environment': return `/projects/${project}/environments/${environment}`
    case 'resource': return `/projects/${project}/environments/${environment}?tab=resources`
    case 'operation': return `/operations/${name}`
    case 'template': return `/catalog/templates/${name}`
    case 'resourceType': return `/catalog/types/${name}`
    case 'environmentType': return `/environments?type=${name}`
    case 'team': return `/access/teams/${name}`
  }
}

/** The words that were typed, each of which an entry must have. */
export function fits(entry: Entry, typed: string): boolean {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((w) => `${entry.title} ${entry.detail} ${entry.keywords ?? ''}`.toLowerCase().includes(w))
}

/** The project where the person is, or was last. */
function useProjectAt(): string | undefined {
  const { pathname } = useLocation()
  const { username } = useSession()
  return [pathname, ...recentPlaces(username).map((p) => p.href)].map((href) => /^\/projects\/([^/]+)/.exec(href)?.[1]).find(Boolean)
}

function useActions(project: string | undefined): Entry[] {
  const { signOut } = useSession()
  const { choose } = useTheme()
  const action = (title: string, rest: Partial<Entry>): Entry => ({ key: title, group: 'Actions', title, detail: 'Action', ...rest })
  return [
    ...(project ? [action(`New environment in ${project}`, { href: `/projects/${project}/new-environment`, keywords: 'create deploy' })] : []),
    action('Show my environments that expire soon', { href: '/environments?owner=me&expiring=true', keywords: 'list' }),
    action('Light theme', { act: () => choose('light') }), action('Dark theme', { act: () => choose('dark') }), action('High contrast theme', { act: () => choose('contrast'), keywords: 'accessibility' }),
    action('Sign out', { act: signOut, keywords: 'log out account' }),
  ]
}

/** What the palette offers for what was typed: recent places and actions before anything is, then what the platform finds. */
export function useEntries(typed: string): { entries: Entry[]; pending: boolean; failed: unknown; complete: boolean } {
  const { username } = useSession()
  const project = useProjectAt()
  const pages = [...useNavPages(), ...useNamedPages(project)]
  const actions = useActions(project)
  const text = typed.trim()
  const rested = useDebounced(text, 150)
  const query = useQuery(searchQuery(rested))
  const found = text === '' ? [] : (query.data?.value ?? []).map((f): Entry =>
    ({ key: `${f.kind} ${f.project} ${f.environment} ${f.name}`, group: 'Found', title: f.title, detail: f.detail ? `${kinds[f.kind]} · ${f.detail}` : kinds[f.kind], href: hrefOf(f) }))
  const known = new Set(found.map((e) => e.href))
  const recent = recentPlaces(username).filter((p) => !known.has(p.href)).map((p): Entry => ({ key: p.href, group: 'Recent', title: p.title, detail: p.kind, href: p.href }))
  const listed = pages.map((p): Entry => ({ key: p.to, group: 'Pages', title: p.title, detail: 'Page', href: p.to, keywords: p.keywords ?? '' }))
  return {
    entries: [...recent, ...found, ...[...actions, ...listed].filter((e) => fits(e, text))].filter((e) => e.group !== 'Recent' || fits(e, text)),
    pending: text !== '' && (rested !== text || query.isFetching),
    failed: query.error,
    complete: query.data?.complete ?? true,
  }
}

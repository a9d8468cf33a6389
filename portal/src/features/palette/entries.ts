import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { useSession } from '@/shared/auth/SessionContext'
import { useHasPage, useNavPages } from '@/shared/nav'
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

/** Where what was found is shown; undefined where this portal has no page for it. */
export function hrefOf({ kind, name, project, environment }: Found, has: Record<'template' | 'resourceType' | 'team', boolean>): string | undefined {
  switch (kind) {
    case 'project': return `/projects/${name}`
    case 'environment': return `/projects/${project}/environments/${environment}`
    case 'resource': return `/projects/${project}/environments/${environment}?tab=resources`
    case 'operation': return `/operations/${name}`
    case 'template': return has.template ? `/catalog/templates/${name}` : undefined
    case 'resourceType': return has.resourceType ? `/catalog/types/${name}` : undefined
    case 'environmentType': return `/environments?type=${name}`
    case 'team': return has.team ? `/teams/${name}` : undefined
  }
}

/** The words that were typed, each of which an entry must have. */
export function fits(entry: Entry, typed: string): boolean {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((w) => `${entry.title} ${entry.detail} ${entry.keywords ?? ''}`.toLowerCase().includes(w))
}

function useActions(): Entry[] {
  const { pathname } = useLocation()
  const { username, signOut } = useSession()
  const { choose } = useTheme()
  const canOnboard = useHasPage('/onboard')
  const project = /^\/projects\/([^/]+)/.exec(pathname)?.[1] ?? recentPlaces(username).map((p) => /^\/projects\/([^/]+)/.exec(p.href)?.[1]).find(Boolean)
  const action = (title: string, rest: Partial<Entry>): Entry => ({ key: title, group: 'Actions', title, detail: 'Action', ...rest })
  return [
    ...(project ? [action(`New environment in ${project}`, { href: `/projects/${project}/new-environment`, keywords: 'create deploy' })] : []),
    ...(canOnboard ? [action('Onboard a project', { href: '/onboard', keywords: 'create new team' })] : []),
    action('Show my environments that expire soon', { href: '/environments?owner=me&expiring=true', keywords: 'list' }),
    action('Light theme', { act: () => choose('light') }), action('Dark theme', { act: () => choose('dark') }), action('High contrast theme', { act: () => choose('contrast'), keywords: 'accessibility' }),
    action('Sign out', { act: signOut, keywords: 'log out account' }),
  ]
}

/** What the palette offers for what was typed: recent places and actions before anything is, then what the platform finds. */
export function useEntries(typed: string): { entries: Entry[]; pending: boolean; failed: unknown; complete: boolean } {
  const { username } = useSession()
  const pages = useNavPages()
  const actions = useActions()
  const has = { template: useHasPage('/catalog/templates/$template'), resourceType: useHasPage('/catalog/types/$type'), team: useHasPage('/teams/$team') }
  const text = typed.trim()
  const rested = useDebounced(text, 150)
  const query = useQuery(searchQuery(rested))
  const found = text === '' ? [] : (query.data?.value ?? []).flatMap((f): Entry[] => {
    const href = hrefOf(f, has)
    return href ? [{ key: `${f.kind} ${f.project} ${f.environment} ${f.name}`, group: 'Found', title: f.title, detail: f.detail ? `${kinds[f.kind]} · ${f.detail}` : kinds[f.kind], href }] : []
  })
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

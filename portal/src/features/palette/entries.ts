import { useQueries } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTemplates } from '@/features/catalog/api/list-templates'
import { environmentsQuery } from '@/features/environments/api/list-environments'
import { useProjects } from '@/features/projects/api/list-projects'
import { useNavPages } from '@/shared/nav'

export interface Entry {
  title: string
  kind: 'Page' | 'Project' | 'Environment' | 'Template'
  href: string
  keywords: string
}

/** How many projects are looked into for their environments. */
const mostProjects = 50

/** Everything that one may see and go to. */
export function useEntries(): Entry[] {
  const router = useRouter()
  const pages = useNavPages()
  const projects = useProjects().data ?? []
  const templates = useTemplates().data ?? []
  const environments = useQueries({ queries: projects.slice(0, mostProjects).map((p) => ({ ...environmentsQuery(p.name), refetchInterval: false as const })) }).flatMap((q) => q.data ?? [])
  const hasTemplatePage = '/catalog/templates/$template' in router.routesByPath
  return [
    ...pages.map((p): Entry => ({ title: p.title, kind: 'Page', href: p.to, keywords: p.keywords ?? '' })),
    ...projects.map((p): Entry => ({ title: p.title, kind: 'Project', href: `/projects/${p.name}`, keywords: `${p.name} ${p.team}` })),
    ...environments.map((e): Entry => ({ title: `${e.project}/${e.name}`, kind: 'Environment', href: `/projects/${e.project}/environments/${e.name}`, keywords: `${e.type} ${e.template ?? ''} ${e.state}` })),
    ...(hasTemplatePage ? templates.map((t): Entry => ({ title: t.title, kind: 'Template', href: `/catalog/templates/${t.name}`, keywords: `${t.name} ${t.tags?.join(' ') ?? ''}` })) : []),
  ]
}

/** The entries that have every word typed, those that begin with it first; at most 12. */
export function matching(entries: Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const score = (e: Entry) => (e.title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1)
  return entries
    .filter((e) => words.every((w) => `${e.title} ${e.kind} ${e.keywords}`.toLowerCase().includes(w)))
    .sort((a, b) => score(a) - score(b))
    .slice(0, 12)
}

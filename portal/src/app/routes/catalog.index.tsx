import { createFileRoute } from '@tanstack/react-router'
import { CatalogPage, type CatalogSearch } from '@/features/catalog/CatalogPage'
import { textIn } from '@/shared/address'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/catalog/')({
  staticData: { nav: { title: 'Catalog', icon: 'catalog', order: 30, keywords: 'templates resource types golden paths' } },
  validateSearch: ({ q, tag, project }: Record<string, unknown>): CatalogSearch => ({ q: textIn(q), tag: textIn(tag), project: textIn(project) }),
  component: () => <Page title="Catalog" subtitle="What you can ask for, and how each of it is used."><CatalogPage search={Route.useSearch()} /></Page>,
})

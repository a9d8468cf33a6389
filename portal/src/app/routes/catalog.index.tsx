import { createFileRoute } from '@tanstack/react-router'
import { CatalogPage, type CatalogSearch } from '@/features/catalog/CatalogPage'
import { Page } from '@/shared/ui/Page'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const Route = createFileRoute('/catalog/')({
  staticData: { nav: { title: 'Catalog', icon: 'catalog', order: 30, keywords: 'templates resource types golden paths' } },
  validateSearch: ({ q, tag, project }: Record<string, unknown>): CatalogSearch => ({ q: text(q), tag: text(tag), project: text(project) }),
  component: () => <Page title="Catalog" subtitle="What you can ask for, and how each of it is used."><CatalogPage search={Route.useSearch()} /></Page>,
})

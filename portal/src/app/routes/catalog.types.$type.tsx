import { createFileRoute } from '@tanstack/react-router'
import type { ItemSearch } from '@/features/catalog/item-page'
import { ResourceTypePage } from '@/features/catalog/ResourceTypePage'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

export const Route = createFileRoute('/catalog/types/$type')({
  validateSearch: ({ project, version }: Record<string, unknown>): ItemSearch => ({ project: text(project), version: text(version) }),
  component: () => <ResourceTypePage {...Route.useParams()} search={Route.useSearch()} />,
})

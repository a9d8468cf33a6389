import { createFileRoute } from '@tanstack/react-router'
import type { ItemSearch } from '@/features/catalog/item-page'
import { TemplatePage } from '@/features/catalog/TemplatePage'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

export const Route = createFileRoute('/catalog/templates/$template')({
  validateSearch: ({ project, version }: Record<string, unknown>): ItemSearch => ({ project: text(project), version: text(version) }),
  component: () => <TemplatePage {...Route.useParams()} search={Route.useSearch()} />,
})

import { createFileRoute } from '@tanstack/react-router'
import type { ItemSearch } from '@/features/catalog/item-page'
import { TemplatePage } from '@/features/catalog/TemplatePage'
import { textIn } from '@/shared/address'

export const Route = createFileRoute('/catalog/templates/$template')({
  validateSearch: ({ project, version }: Record<string, unknown>): ItemSearch => ({ project: textIn(project), version: textIn(version) }),
  component: () => <TemplatePage {...Route.useParams()} search={Route.useSearch()} />,
})

import { createFileRoute } from '@tanstack/react-router'
import type { ItemSearch } from '@/features/catalog/item-page'
import { ResourceTypePage } from '@/features/catalog/ResourceTypePage'
import { textIn } from '@/shared/address'

export const Route = createFileRoute('/catalog/types/$type')({
  validateSearch: ({ project, version }: Record<string, unknown>): ItemSearch => ({ project: textIn(project), version: textIn(version) }),
  component: () => <ResourceTypePage {...Route.useParams()} search={Route.useSearch()} />,
})

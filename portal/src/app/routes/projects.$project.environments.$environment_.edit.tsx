import { createFileRoute } from '@tanstack/react-router'
import { EditEnvironment } from '@/features/edit-environment/EditEnvironment'
import { checkedSearch } from '@/features/edit-environment/search'

export const Route = createFileRoute('/projects/$project/environments/$environment_/edit')({
  validateSearch: checkedSearch,
  component: () => <EditEnvironment key={Route.useParams().environment} {...Route.useParams()} search={Route.useSearch()} />,
})

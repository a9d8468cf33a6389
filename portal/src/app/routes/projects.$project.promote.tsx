import { createFileRoute } from '@tanstack/react-router'
import { PromotePage } from '@/features/promotion/PromotePage'
import { textIn } from '@/shared/address'

export const Route = createFileRoute('/projects/$project/promote')({
  staticData: { named: { title: 'Promote in', keywords: 'copy compare environments' } },
  validateSearch: ({ from, to }: Record<string, unknown>): { from?: string | undefined; to?: string | undefined } => ({ from: textIn(from), to: textIn(to) }),
  component: () => <PromotePage {...Route.useParams()} from={Route.useSearch().from} to={Route.useSearch().to} />,
})

import { createFileRoute } from '@tanstack/react-router'
import { PromotePage } from '@/features/promotion/PromotePage'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const Route = createFileRoute('/projects/$project/promote')({
  validateSearch: ({ from, to }: Record<string, unknown>): { from?: string | undefined; to?: string | undefined } => ({ from: text(from), to: text(to) }),
  component: () => <PromotePage {...Route.useParams()} from={Route.useSearch().from} to={Route.useSearch().to} />,
})

import { createFileRoute } from '@tanstack/react-router'
import { OperationPage, type OperationSearch, type OperationTab } from '@/features/operations/OperationPage'
import { textIn } from '@/shared/address'

const tabs: readonly unknown[] = ['timeline', 'plan', 'log'] satisfies OperationTab[]

export const Route = createFileRoute('/operations/$operation')({
  validateSearch: ({ tab, find, step }: Record<string, unknown>): OperationSearch => ({ tab: tabs.includes(tab) ? (tab as OperationTab) : undefined, find: textIn(find), step: textIn(step) }),
  component: () => <OperationPage key={Route.useParams().operation} id={Route.useParams().operation} search={Route.useSearch()} />,
})

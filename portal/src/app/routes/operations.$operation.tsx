import { createFileRoute } from '@tanstack/react-router'
import { OperationPage, type OperationSearch, type OperationTab } from '@/features/operations/OperationPage'

const tabs: readonly unknown[] = ['timeline', 'plan', 'log'] satisfies OperationTab[]

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const Route = createFileRoute('/operations/$operation')({
  validateSearch: ({ tab, find, step }: Record<string, unknown>): OperationSearch => ({ tab: tabs.includes(tab) ? (tab as OperationTab) : undefined, find: text(find), step: text(step) }),
  component: () => <OperationPage key={Route.useParams().operation} id={Route.useParams().operation} search={Route.useSearch()} />,
})

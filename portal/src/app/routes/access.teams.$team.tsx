import { createFileRoute } from '@tanstack/react-router'
import { TeamPage } from '@/features/team-page/TeamPage'
import { textIn } from '@/shared/address'

export const Route = createFileRoute('/access/teams/$team')({
  validateSearch: ({ find }: Record<string, unknown>): { find?: string | undefined } => ({ find: textIn(find) }),
  component: () => <TeamPage key={Route.useParams().team} team={Route.useParams().team} find={Route.useSearch().find ?? ''} />,
})

import { useAssignments } from '@/features/access/api/list-assignments'
import { useTeams } from '@/features/access/api/list-teams'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Facts, Section } from '@/shared/ui/Page'
import { Table, type Column } from '@/shared/ui/Table'
import { WrongList } from './VerdictPanel'
import type { Wrong } from './checks'
import { specOf, type Draft } from './draft'

type Given = Schemas['Member'] & { from: string }

const where = (m: Schemas['Member']) => (m.environment ? `environment ${m.environment}` : m.environmentType ? `environments of type ${m.environmentType}` : 'all of the project')

const columns: Column<Given>[] = [
  { title: 'Who', cell: (m) => <>{m.id} <span className="lz-muted">{m.kind ?? 'user'}</span></> },
  { title: 'Gets', cell: (m) => m.role },
  { title: 'In', cell: where },
  { title: 'Until', cell: (m) => m.expiresAt?.slice(0, 10) ?? 'no end' },
  { title: 'From', cell: (m) => m.from },
]

/** Exactly what will be made, and who gets what. */
export function ReviewStep({ draft, preview, wrong }: { draft: Draft; preview: Schemas['ProjectPreview'] | undefined; wrong: Wrong[] }) {
  const spec = specOf(draft)
  const exists = (useTeams().data ?? []).some((t) => t.name === draft.team)
  const { quota, budget } = spec
  return (
    <>
      {wrong.length > 0 && <Section title="Not yet"><WrongList wrong={wrong} /></Section>}
      <Section title="What is made">
        <Facts rows={[
          ['Project', `${draft.title} (${draft.project})`],
          ['Team', `${draft.team}, ${exists ? 'which is there already' : 'which is made with it'}`],
          ['Environment types', spec.environmentTypes?.join(', ') ?? 'all'],
          ['Environments', quota?.environments ? `at most ${quota.environments}` : 'without a bound'],
          ['Operations at the same time', quota?.runningOperations ? `at most ${quota.runningOperations}` : 'without a bound'],
          ['Deployments in an hour', quota?.deploymentsPerHour ? `at most ${quota.deploymentsPerHour}` : 'without a bound'],
          ...Object.entries(quota?.resources ?? {}).map(([type, most]): [string, string] => [`Resources of type ${type}`, `at most ${most}`]),
          ['Budget a month', budget ? `${budget.monthly}; over it ${budget.over === 'refuse' ? 'requests are refused' : 'somebody has to approve'}` : 'none'],
        ]} />
      </Section>
      <Section title="Who gets what">{exists ? <WithTeam team={draft.team} members={spec.members ?? []} /> : <People people={own(spec.members ?? [])} />}</Section>
      <Section title="Environments">
        {draft.environments.length === 0 ? <EmptyState title="None yet">Its people make environments when they need them.</EmptyState> : (
          <ul className="lz-stack">
            {draft.environments.map((e, n) => {
              const told = preview?.environments[n]?.preview
              return (
                <li key={n} className="lz-card">
                  <span className="lz-card-head">{draft.project}/{e.name}<span className="lz-muted">{e.type} · {e.template}</span></span>
                  {told && <ul className="lz-preview">{told.changes.map((c) => <li key={c.alias}>+ {c.alias} <span className="lz-muted">{c.type}{c.class && ` ${c.class}`} · {c.definition}</span></li>)}</ul>}
                  {told && <span className="lz-muted">{told.price.after.monthly} {told.price.after.currency} a month{told.price.after.complete ? '' : ', as far as it is known'} · {told.approval ? `waits for ${told.approval.count} × ${told.approval.role} after its plan` : 'deployed at once'}</span>}
                </li>
              )
            })}
          </ul>
        )}
      </Section>
    </>
  )
}

const own = (members: Schemas['Member'][]): Given[] => members.map((m) => ({ ...m, from: 'this project' }))

/** With what people hold at the team already, as far as one may read that. */
function WithTeam({ team, members }: { team: string; members: Schemas['Member'][] }) {
  const inherited = (useAssignments(`/teams/${team}`).data ?? []).map((a): Given => ({ id: a.id, kind: a.kind, role: a.role, expiresAt: a.expiresAt, from: a.scope === '/' ? 'the platform' : `team ${team}` }))
  return <People people={[...own(members), ...inherited]} />
}

function People({ people }: { people: Given[] }) {
  if (people.length === 0) return <EmptyState title="Nobody">Only platform admins will see the project, until somebody is given a role.</EmptyState>
  return <Table label="Who gets what" columns={columns} items={people} keyOf={(m) => `${m.from} ${m.kind} ${m.id} ${m.role} ${where(m)}`} />
}

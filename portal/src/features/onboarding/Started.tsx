import { Link } from '@tanstack/react-router'
import { isFinal, useOperation } from '@/features/operations/api/get-operation'
import { useOperations } from '@/features/operations/api/list-operations'
import { Failure } from '@/features/operations/Failure'
import { Timeline } from '@/features/operations/Timeline'
import { operationState } from '@/features/operations/words'
import { Duration } from '@/shared/time/Duration'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'

/** The environments of a new project, being made. */
export function Started({ project }: { project: string }) {
  const query = useOperations(project)
  return (
    <Loaded query={query} rows={6}>
      {(all) => {
        const made = all.filter((o) => o.kind === 'putProject').sort((a, b) => (a.environment ?? '').localeCompare(b.environment ?? ''))
        if (made.length === 0) return <EmptyState title="The project is there" action={<Link to="/projects/$project/new-environment" params={{ project }}>Make its first environment</Link>}>No environment was made with it.</EmptyState>
        return made.map((o) => <Making key={o.id} id={o.id} environment={o.environment ?? ''} project={project} />)
      }}
    </Loaded>
  )
}

function Making({ id, project, environment }: { id: string; project: string; environment: string }) {
  const query = useOperation(id)
  return (
    <Section title={`${project}/${environment}`} actions={<Link to="/operations/$operation" params={{ operation: id }}>{`Operation of ${environment}`}</Link>}>
      <Loaded query={query}>
        {({ operation: o }) => {
          const { tone, word } = operationState(o)
          return (
            <>
              <div className="lz-row" aria-live="polite">
                <Status tone={tone}>{word}</Status>
                <span className="lz-muted"><Duration from={o.createdAt} to={isFinal(o) ? o.lastUpdatedAt : undefined} /></span>
                {o.status === 'Succeeded' && <Link to="/projects/$project/environments/$environment" params={{ project, environment }}>{`Open ${project}/${environment}`}</Link>}
              </div>
              {o.error && <Failure error={o.error} />}
              <Timeline operation={o} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}

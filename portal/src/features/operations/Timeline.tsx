import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { Duration } from '@/shared/time/Duration'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Status } from '@/shared/ui/Status'
import { stepTree, type StepNode } from './steps'
import { stepTones, stepWords } from './words'

/** The pipeline's own stages, jobs and steps, as they go on. */
export function Timeline({ operation }: { operation: Schemas['Operation'] }) {
  const tree = stepTree(operation.steps)
  if (tree.length === 0) {
    return <EmptyState title="No step has begun">The pipeline's stages, jobs and steps appear here as soon as its run exists.</EmptyState>
  }
  return <div className="lz-card"><Steps nodes={tree} operation={operation.id} depth={0} /></div>
}

function Steps({ nodes, operation, depth }: { nodes: StepNode[]; operation: string; depth: number }) {
  return (
    <ol className="lz-steps" data-depth={depth}>
      {nodes.map(({ key, step, children }) => (
        <li key={key}>
          <div className="lz-step">
            <Status tone={stepTones[step.status]}>{step.name}</Status>
            <span className="lz-visually-hidden">{stepWords[step.status]}</span>
            {step.attempt && step.attempt > 1 && <span className="lz-muted">attempt {step.attempt}</span>}
            {step.detail && <span className="lz-muted">{step.detail}</span>}
            {step.status === 'Running' && step.percent !== undefined && <span className="lz-muted">{step.percent} %</span>}
            <span className="lz-step-end">
              {step.kind !== 'stage' && step.kind !== 'job' && step.startedAt && <Link className="lz-muted" to="/operations/$operation" params={{ operation }} search={{ tab: 'log', find: undefined, step: step.name }} aria-label={`Log of ${step.name}`}>log</Link>}
              <span className="lz-muted lz-duration">{step.status === 'Skipped' ? 'skipped' : <Duration from={step.startedAt} to={step.finishedAt} />}</span>
            </span>
          </div>
          {children.length > 0 && <Steps nodes={children} operation={operation} depth={depth + 1} />}
        </li>
      ))}
    </ol>
  )
}

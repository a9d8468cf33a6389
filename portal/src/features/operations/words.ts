import type { Schemas } from '@/shared/api/client'
import type { Tone } from '@/shared/ui/Status'

type Operation = Schemas['Operation']
type Step = Schemas['OperationStep']

const titles: Record<string, string> = {
  putEnvironment: 'Create or change', createDeployment: 'Deploy', deleteEnvironment: 'Delete', retryOperation: 'Try again', checkDrift: 'Look for drift',
  putBackDrift: 'Put drift back', adoptDrift: 'Adopt drift', forceDeleteEnvironment: 'Call deleted', hibernateEnvironment: 'Hibernate', wakeEnvironment: 'Wake', putProject: 'Create',
}

/** What an operation does, in a word or two. */
export function operationTitle({ kind, mode }: Pick<Operation, 'kind' | 'mode'>): string {
  if (mode === 'plan') return 'Plan'
  return titles[kind] ?? kind.replace(/([A-Z])/g, ' $1').toLowerCase().replace(/^./, (c) => c.toUpperCase())
}

const stages: Record<Schemas['OperationStage'], string> = {
  queued: 'Queued', planning: 'Planning', awaitingApproval: 'Waits for approval', applying: 'Applying', destroying: 'Destroying', canceling: 'Canceling', done: 'Done',
}

/** How an operation stands, with the stage while it goes on. */
export function operationState({ status, stage }: Pick<Operation, 'status' | 'stage'>): { tone: Tone; word: string } {
  switch (status) {
    case 'Succeeded': return { tone: 'good', word: 'Succeeded' }
    case 'Failed': return { tone: 'bad', word: 'Failed' }
    case 'Canceled': return { tone: 'off', word: 'Canceled' }
    default: return { tone: stage === 'awaitingApproval' ? 'waiting' : 'busy', word: stages[stage] }
  }
}

export const stepTones: Record<Step['status'], Tone> = { NotStarted: 'none', Running: 'busy', Succeeded: 'good', Failed: 'bad', Canceled: 'off', Skipped: 'off' }

export const stepWords: Record<Step['status'], string> = { NotStarted: 'to come', Running: 'running', Succeeded: 'done', Failed: 'failed', Canceled: 'canceled', Skipped: 'skipped' }

/** Who can do something about a failure. */
export const whoFixes: Record<NonNullable<Schemas['OperationError']['whoFixes']>, string> = {
  requester: 'You, or whoever asked for it', projectOwner: 'An owner of the project', platformTeam: 'The platform team', nobody: 'Nobody has to: it passes by itself',
}

export const retryWords: Record<NonNullable<Schemas['OperationError']['retry']>, string> = {
  asIs: 'Try it again as it is.', afterChange: 'Change what is wrong first; then try again.', no: 'Trying again will not help.',
}

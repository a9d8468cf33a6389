import type { Schemas } from '@/shared/api/client'
import type { Tone } from '@/shared/ui/Status'

type State = Schemas['EnvironmentState']

/** Each state of an environment, as people read it. */
export const environmentStates: Record<State, { tone: Tone; word: string }> = {
  creating: { tone: 'busy', word: 'Creating' },
  ready: { tone: 'good', word: 'Ready' },
  updating: { tone: 'busy', word: 'Updating' },
  hibernated: { tone: 'off', word: 'Hibernated' },
  deleting: { tone: 'busy', word: 'Deleting' },
  deleteFailed: { tone: 'bad', word: 'Deletion failed' },
  failed: { tone: 'bad', word: 'Failed' },
  deleted: { tone: 'off', word: 'Deleted' },
}

import type { Schemas } from '@/shared/api/client'
import type { Tone } from '@/shared/ui/Status'

type State = Schemas['EnvironmentState']

/** Each state of an environment, as people read it. */
export const environmentStates: Record<State, { tone: Tone; word: string; means: string }> = {
  creating: { tone: 'busy', word: 'Creating', means: 'Its first deployment goes on; nothing is there yet, or a part.' },
  ready: { tone: 'good', word: 'Ready', means: 'What the last deployment that succeeded made is there.' },
  updating: { tone: 'busy', word: 'Updating', means: 'What is there is being changed.' },
  hibernated: { tone: 'off', word: 'Hibernated', means: 'What can be is switched off; everything that it holds stays.' },
  deleting: { tone: 'busy', word: 'Deleting', means: 'It is less and less.' },
  deleteFailed: { tone: 'bad', word: 'Deletion failed', means: 'Something is left of it.' },
  failed: { tone: 'bad', word: 'Failed', means: 'Its first deployment failed; a part of it is there.' },
  deleted: { tone: 'off', word: 'Deleted', means: 'Nothing is left of it.' },
}

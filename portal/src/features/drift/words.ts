import type { Schemas } from '@/shared/api/client'
import type { Tone } from '@/shared/ui/Status'

/** What the last look for drift came to. */
export const driftWords: Record<Schemas['DriftStatus'], { tone: Tone; word: string }> = {
  unchecked: { tone: 'none', word: 'Not looked since it was deployed' },
  none: { tone: 'good', word: 'As it was deployed' },
  drifted: { tone: 'bad', word: 'Drifted' },
  unknown: { tone: 'waiting', word: 'Not known' },
}

/** What happened to a resource. */
export const driftActions: Record<Schemas['DriftedResource']['action'], { sign: string; word: string }> = {
  change: { sign: '~', word: 'changed' }, remove: { sign: '−', word: 'removed' }, add: { sign: '+', word: 'would be added' }, replace: { sign: '±', word: 'would be replaced' },
}

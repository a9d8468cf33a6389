import type { Schemas } from '@/shared/api/client'
import { Status } from '@/shared/ui/Status'
import { environmentStates } from './states'

export function EnvironmentStatus({ state }: { state: Schemas['EnvironmentState'] }) {
  const { tone, word } = environmentStates[state]
  return <Status tone={tone}>{word}</Status>
}

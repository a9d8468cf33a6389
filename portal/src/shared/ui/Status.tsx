import { ArrowSyncCircleRegular } from '@fluentui/react-icons/svg/arrow-sync-circle'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { CircleHintRegular } from '@fluentui/react-icons/svg/circle-hint'
import { DismissCircleRegular } from '@fluentui/react-icons/svg/dismiss-circle'
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle'
import { PauseCircleRegular } from '@fluentui/react-icons/svg/pause-circle'
import { SubtractCircleRegular } from '@fluentui/react-icons/svg/subtract-circle'
import type { ComponentType } from 'react'

export type Tone = 'good' | 'bad' | 'busy' | 'waiting' | 'off' | 'none'

const icons: Record<Tone, ComponentType<{ className?: string }>> = {
  good: CheckmarkCircleRegular, bad: DismissCircleRegular, busy: ArrowSyncCircleRegular, waiting: PauseCircleRegular, off: SubtractCircleRegular, none: CircleHintRegular,
}

/** A state as a word with a sign: colour is never the only carrier. */
export function Status({ tone, children }: { tone: Tone; children: string }) {
  const Icon = icons[tone] ?? ErrorCircleRegular
  return (
    <span className="lz-status" data-tone={tone}>
      <span className={tone === 'busy' ? 'lz-spin' : undefined} aria-hidden="true"><Icon /></span>
      {children}
    </span>
  )
}

import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { retryWords, whoFixes } from './words'

/** The first error, explained: what happened, why, who mends it, what to do now; then the raw lines. */
export function Failure({ error }: { error: Schemas['OperationError'] }) {
  return (
    <MessageBar intent="error" layout="multiline" className="lz-failure">
      <MessageBarBody>
        <MessageBarTitle>{error.cause ?? error.message}</MessageBarTitle>
        <dl>
          {error.cause && <><dt>What was said</dt><dd>{error.message}</dd></>}
          {error.target && <><dt>Where</dt><dd>{error.target}</dd></>}
          {error.whoFixes && <><dt>Who mends it</dt><dd>{whoFixes[error.whoFixes]}</dd></>}
          {error.action && <><dt>Next step</dt><dd>{error.action}</dd></>}
          {error.retry && <><dt>Again?</dt><dd>{retryWords[error.retry]}</dd></>}
          <dt>Code</dt><dd><code>{error.code}</code>{error.rule && <> · rule <code>{error.rule}</code></>}</dd>
        </dl>
        {error.lines && error.lines.length > 0 && (
          <details><summary>{error.lines.length} raw lines around it</summary><pre className="lz-code" tabIndex={0}>{error.lines.join('\n')}</pre></details>
        )}
      </MessageBarBody>
    </MessageBar>
  )
}

import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { retryWords, whoFixes } from './words'

/** The first error, explained: what happened, why, who mends it, what to do now; then the raw lines. */
export function Failure({ error, operation }: { error: Schemas['OperationError']; operation?: string }) {
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
        {operation && error.target && <Link to="/operations/$operation" params={{ operation }} search={{ tab: 'log', find: undefined, step: error.target }}>Show it in the log</Link>}
      </MessageBarBody>
    </MessageBar>
  )
}

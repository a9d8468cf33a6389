import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { problemOf } from '../api/problem'

/** What went wrong, why, what to do now; with the request id, and a retry where it may help. */
export function ErrorView({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemOf(error)
  return (
    <MessageBar intent="error" layout="multiline" className="lz-error" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{problem?.title ?? 'This did not work'}</MessageBarTitle>
        <span className="lz-error-text">{problem?.detail ?? sentenceOf(error)}</span>
        {problem?.action && <span className="lz-error-text">{problem.action}</span>}
        {problem?.errors?.map((e) => <span key={e.pointer} className="lz-error-text"><code>{e.pointer}</code> {e.detail}</span>)}
        {problem?.requestId && <span className="lz-error-id">{problem.code} · request <code>{problem.requestId}</code></span>}
      </MessageBarBody>
      {retry && <MessageBarActions><Button onClick={retry}>Try again</Button></MessageBarActions>}
    </MessageBar>
  )
}

export function sentenceOf(error: unknown): string {
  if (error instanceof TypeError) return 'The platform cannot be reached. Look whether it runs and the network is there.'
  return error instanceof Error ? error.message : String(error)
}

import { MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useOperation } from './api/get-operation'
import { operationState, operationTitle } from './words'
import { Status } from '@/shared/ui/Status'

/** What is being done now, in one line, with the way to it. */
export function RunningOperation({ id }: { id: string }) {
  const operation = useOperation(id).data?.operation
  if (!operation) return null
  const { tone, word } = operationState(operation)
  return (
    <MessageBar intent={tone === 'waiting' ? 'warning' : 'info'}>
      <MessageBarBody>{operationTitle(operation)}: <Status tone={tone}>{word}</Status>{operation.percent !== undefined && tone === 'busy' && ` ${operation.percent} %`}</MessageBarBody>
      <MessageBarActions><Link to="/operations/$operation" params={{ operation: id }}>{tone === 'waiting' ? 'Look at the plan' : 'Watch it'}</Link></MessageBarActions>
    </MessageBar>
  )
}

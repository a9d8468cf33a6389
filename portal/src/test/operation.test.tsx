import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answering, type Answers } from './api'
import { renderAt } from './render'
import { approval, deployment, me, operation } from './samples'

const around: Answers = { 'GET /me': () => ({ body: me }), 'GET /operations/{operation}/approval': () => ({ problem: { status: 404, code: 'NotFound' } }) }
const at = `/operations/${operation.id}`

test('an operation shows its stages, jobs and steps, and is asked for news with its ETag until it has ended', async () => {
  let round = 0
  const { asked } = answering({
    ...around,
    'GET /operations/{operation}': () => {
      round += 1
      if (round === 2) return { status: 304 }
      return round < 3 ? { body: operation, headers: { ETag: '"5"' } } : { body: { ...operation, status: 'Succeeded', stage: 'done', percent: 100 }, headers: { ETag: '"6"' } }
    },
  })
  renderAt(at)
  expect(await screen.findByText('apply')).toBeDefined()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Create or change payments/dev')
  expect(screen.getByText('Applying')).toBeDefined()
  expect(screen.getByText('3 s')).toBeDefined()
  await screen.findByText('Succeeded')
  expect(await screen.findByRole('link', { name: 'Open payments/dev' })).toBeDefined()
  const waits = asked.filter((a) => a.request === 'GET /operations/{operation}').map((a) => [a.query.get('wait'), a.headers.get('If-None-Match')])
  expect(waits).toEqual([[null, null], ['20', '"5"'], ['20', '"5"']])
})

test('a failure is explained: cause, who mends it, next step', async () => {
  answering({
    ...around,
    'GET /operations/{operation}': () => ({
      body: { ...operation, status: 'Failed', stage: 'done', error: { code: 'PipelineFailed', message: 'QuotaExceeded: cores', cause: 'The region has no cores left.', action: 'Ask for more cores.', whoFixes: 'platformTeam', retry: 'afterChange', target: 'apply', lines: ['Error: x'] } },
    }),
    'POST /operations/{operation}/retries': () => ({ problem: { status: 409, code: 'OperationInProgress', detail: 'Another change is running.', action: 'Wait for it.' } }),
  })
  renderAt(at)
  expect(await screen.findByText('The region has no cores left.')).toBeDefined()
  for (const said of ['QuotaExceeded: cores', 'The platform team', 'Ask for more cores.', 'Change what is wrong first; then try again.']) expect(screen.getByText(said)).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect((await screen.findAllByText(/OperationInProgress · request req-1/)).length).toBeGreaterThan(0)
  expect(screen.getByText('Another change is running.')).toBeDefined()
})

test('a plan shows each property before and after, and is approved by its digest', async () => {
  let agreed = false
  const waiting = { ...operation, stage: 'awaitingApproval' as const }
  const { asked } = answering({
    'GET /me': () => ({ body: me }),
    'GET /operations/{operation}': () => ({ body: agreed ? { ...waiting, stage: 'applying', status: 'Succeeded' } : waiting, headers: { ETag: '"5"' } }),
    'GET /operations/{operation}/approval': () => ({ body: approval }),
    'GET /projects/{project}/environments/{environment}/deployments/{deployment}': () => ({ body: deployment }),
    'POST /operations/{operation}/approvals': () => { agreed = true; return { body: waiting, status: 202 } },
    'POST /operations/{operation}/rejections': () => ({ body: waiting, status: 202 }),
  })
  renderAt(at)
  const properties = await screen.findByRole('region', { name: 'Properties of module.site.web' })
  expect(within(properties).getAllByRole('row').map((r) => r.textContent)).toEqual(['PropertyBeforeAfter', 'title OldNew', 'key sensitivesensitive, not shown', 'id replaces7known when it is applied'])
  await userEvent.click(screen.getByRole('button', { name: 'Reject' }))
  expect(await screen.findByText('Say why you reject it.')).toBeDefined()
  expect(asked.some((a) => a.request.endsWith('/rejections'))).toBe(false)
  await userEvent.type(screen.getByLabelText('Comment'), 'fine')
  await userEvent.click(screen.getByRole('button', { name: 'Approve this plan' }))
  await waitFor(() => expect(asked.find((a) => a.request.endsWith('/approvals'))?.body).toEqual({ plan: 'a'.repeat(64), comment: 'fine' }))
})

test('who may not decide reads why', async () => {
  answering({
    'GET /me': () => ({ body: me }),
    'GET /operations/{operation}': () => ({ body: { ...operation, stage: 'awaitingApproval' }, headers: { ETag: '"5"' } }),
    'GET /operations/{operation}/approval': () => ({ body: { ...approval, mayDecide: false, reason: 'It is your own request.' } }),
    'GET /projects/{project}/environments/{environment}/deployments/{deployment}': () => ({ body: deployment }),
  })
  renderAt(at)
  expect(await screen.findByText('It is your own request.')).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Approve this plan' })).toBeNull()
})

test('the log is read page by page to its end, and searched', async () => {
  const { asked } = answering({
    ...around,
    'GET /operations/{operation}': () => ({ body: { ...operation, status: 'Succeeded', stage: 'done' } }),
    'GET /operations/{operation}/logs': ({ query }) =>
      query.get('after') === 'p2' ? { body: { value: [{ step: 'apply', text: '\u001b[32mApply complete\u001b[0m' }], next: 'p3', complete: true } } : { body: { value: [{ step: 'plan', text: 'Refreshing' }], next: 'p2', complete: false } },
  })
  renderAt(`${at}?tab=log`)
  expect((await screen.findByText('Apply complete')).className).toBe('c2')
  expect(screen.getByText('2 lines')).toBeDefined()
  await userEvent.type(screen.getByLabelText('Find in the log'), 'APPLY')
  expect(await screen.findByText('1 of 2 lines')).toBeDefined()
  expect(screen.queryByText('Refreshing')).toBeNull()
  expect(asked.filter((a) => a.request.endsWith('/logs')).map((a) => a.query.get('after'))).toEqual([null, 'p2'])
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import { answering, type Answers } from './api'
import { fill, loadPage, renderAt } from './render'
import { me, operation } from './samples'

const at = `/operations/${operation.id}`

beforeAll(() => loadPage(at), 180_000)

const failed = { ...operation, status: 'Failed' as const, stage: 'done' as const, error: { code: 'StepFailed', message: 'no cores left', target: 'apply', lines: ['Error: no cores left'] } }

const answers: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /operations/{operation}': () => ({ body: failed }),
  'GET /operations/{operation}/approval': () => ({ problem: { status: 404, code: 'NotFound' } }),
  'GET /operations/{operation}/logs': () => ({ body: { value: [{ step: 'plan', text: 'Refreshing' }, { step: 'apply', text: 'Creating db' }, { step: 'apply', text: '\u001b[31mError: no cores left' }], next: 'e', complete: true } }),
}

test('the explained error leads to its step in the log, and to its line', async () => {
  answering(answers)
  const { router } = renderAt(at)
  await userEvent.click(await screen.findByRole('link', { name: 'Show it in the log' }))
  expect(await screen.findByText('2 of 3 lines')).toBeDefined()
  expect(screen.getByRole('button', { name: 'All steps, not apply alone' })).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'First error' }))
  await waitFor(() => expect(router.state.location.hash).toBe('L3'))
  expect(router.state.location.search).toMatchObject({ tab: 'log', step: 'apply' })
  expect(screen.getByRole('button', { name: 'Copy the link to line 3' })).toBeDefined()
})

test('what is looked for is marked, and a line is linked by its number', async () => {
  answering(answers)
  const { router } = renderAt(`${at}?tab=log#L1`)
  expect((await screen.findByText('Refreshing')).closest('[data-linked]')?.id).toBe('L1')
  await fill(screen.getByLabelText('Find in the log'), 'cores')
  const log = screen.getByRole('log')
  await waitFor(() => expect(within(log).getByText('cores').tagName).toBe('MARK'))
  await userEvent.click(within(log).getByRole('link', { name: 'Line 3' }))
  await waitFor(() => expect(router.state.location.hash).toBe('L3'))
})

test('progress is told in numbers', async () => {
  answering({ ...answers, 'GET /operations/{operation}': () => ({ body: operation }) })
  renderAt(at)
  expect(await screen.findByText('40 % · 1 of 2 steps')).toBeDefined()
})

test('a look for drift leads to its report', async () => {
  answering({ ...answers, 'GET /operations/{operation}': () => ({ body: { ...operation, kind: 'checkDrift', mode: 'drift', status: 'Succeeded', stage: 'done' } }) })
  renderAt(at)
  expect((await screen.findByRole('link', { name: 'Read the drift report' })).getAttribute('href')).toBe('/projects/payments/environments/dev/drift')
})

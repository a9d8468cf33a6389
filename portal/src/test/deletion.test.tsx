import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import { answering } from './api'
import { placeAnswers } from './place'
import { fill, loadPage, renderAt } from './render'
import { operation } from './samples'

const page = '/projects/payments/environments/dev'
const hidden = { hidden: true }

async function deleteDialog() {
  await userEvent.click(await screen.findByRole('button', { name: 'More actions' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  return screen.findByRole('dialog')
}

beforeAll(() => loadPage(page), 180_000)

test('deleting says what goes and what stays, and asks for the name', async () => {
  const { asked } = answering({
    ...placeAnswers(),
    'DELETE /projects/{project}/environments/{environment}': () => ({ body: { ...operation, mode: 'destroy' }, status: 202 }),
    'GET /operations/{operation}': () => ({ body: { ...operation, mode: 'destroy', status: 'Succeeded', stage: 'done' } }),
  })
  renderAt(page)
  const dialog = await deleteDialog()
  const items = (name: string) => within(within(dialog).getByRole('list', { name, ...hidden })).getAllByRole('listitem', hidden).map((i) => i.textContent)
  await waitFor(() => expect(items('What goes')).toEqual(['site app-service', 'db postgres, built by postgres-local', 'All data in them', 'http://payments-dev-site.localhost:7080 answers no more']))
  await waitFor(() => expect(items('What stays')[0]).toBe('2 values set for payments/dev, 1 of them secret: an environment of this name made again has them'))
  const button = within(dialog).getByRole('button', { name: 'Delete everything', ...hidden })
  expect(button.hasAttribute('disabled')).toBe(true)
  await fill(within(dialog).getByLabelText('Type payments/dev to confirm'), 'payments/dev')
  await userEvent.click(button)
  expect(await screen.findByText(/proven: nothing is left/)).toBeDefined()
  expect(asked.find((a) => a.request.startsWith('DELETE'))?.headers.get('If-Match')).toBe('"3"')
})

test('what is protected says so before, and is refused with the reason', async () => {
  answering({
    ...placeAnswers({ protection: { reason: 'demo for the board', by: 'team-owner', at: '2026-03-01T10:00:00Z' } }),
    'DELETE /projects/{project}/environments/{environment}': () => ({ problem: { status: 409, code: 'EnvironmentProtected', detail: 'Environment payments/dev is protected.', action: 'Ask who protected it.' } }),
  })
  renderAt(page)
  const dialog = await deleteDialog()
  expect(within(dialog).getByText(/team-owner protected it on .*: “demo for the board”/)).toBeDefined()
  await fill(within(dialog).getByLabelText('Type payments/dev to confirm'), 'payments/dev')
  await userEvent.keyboard('{Enter}')
  expect(await within(dialog).findByText('Ask who protected it.')).toBeDefined()
  expect(within(dialog).getByText(/EnvironmentProtected · request/)).toBeDefined()
})

const leftOver = { state: 'deleteFailed' as const, failure: { operation: operation.id, code: 'DeletionIncomplete', message: 'Two things are left.', at: '2026-03-01T10:00:00Z', remaining: ['disk data-1', 'address web'] } }

test('a deletion that failed lists what is left, and is tried again', async () => {
  answering(placeAnswers(leftOver))
  renderAt(page)
  const left = await screen.findByRole('list', { name: 'Left behind' })
  expect(within(left).getAllByRole('listitem').map((i) => i.textContent)).toEqual(['disk data-1', 'address web'])
  expect(screen.queryByRole('button', { name: 'Break the glass…' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Delete again…' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText('disk data-1')).toBeDefined()
})

test('who may break the glass does it with a reason and the name', async () => {
  const { asked } = answering({
    ...placeAnswers({ ...leftOver, protection: { reason: 'demo', by: 'team-owner', at: '2026-03-01T10:00:00Z' } }),
    'POST /access/explain': () => ({ body: { allowed: true, action: 'environments/forceDelete', scope: '/', considered: [] } }),
    'POST /projects/{project}/environments/{environment}/forced-deletion': () => ({ body: { ...operation, kind: 'forceDeleteEnvironment', mode: 'destroy', status: 'Succeeded', stage: 'done' } }),
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Break the glass…' }))
  const dialog = await screen.findByRole('dialog')
  await fill(within(dialog).getByLabelText(/Reason/), 'too short')
  await fill(within(dialog).getByLabelText('Type payments/dev to confirm'), 'payments/dev')
  const button = within(dialog).getByRole('button', { name: 'Call it deleted', ...hidden })
  expect(button.hasAttribute('disabled')).toBe(true)
  await fill(within(dialog).getByLabelText(/Reason/), 'too short, not any more')
  expect(button.hasAttribute('disabled')).toBe(true) // it is protected
  await userEvent.click(within(dialog).getByRole('checkbox', { name: /team-owner protected it: “demo”/, ...hidden }))
  await userEvent.click(button)
  await waitFor(() => expect(asked.find((a) => a.request.endsWith('/forced-deletion'))?.body).toEqual({ reason: 'too short, not any more', confirm: 'payments/dev', despiteProtection: true }))
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering, type Answers } from './api'
import { renderAt } from './render'
import { me, project } from './samples'

const event = (n: number, more: Partial<Schemas['AuditEvent']> = {}): Schemas['AuditEvent'] => ({
  id: `${n}`.padStart(26, '0'), at: '2026-03-01T10:00:00Z', project: 'payments', actor: 'ann', actorKind: 'user', action: 'putProject', target: '/projects/payments', outcome: 'accepted', ...more,
})

const around: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /me/actions': () => ({ body: { scope: '/', actions: ['audit/read'] } }),
  'GET /projects': () => ({ body: { value: [project] } }),
}

test('a search is in the address, pages follow, and an entry shows what it changed', async () => {
  const { asked } = answering({
    ...around,
    'GET /audit-events': ({ query }) => (query.get('pageToken')
      ? { body: { value: [event(2, { outcome: 'refused', code: 'Forbidden', requestId: 'req-2' })] } }
      : { body: { value: [event(1, { before: { title: 'Old', budget: { monthly: '5' } }, after: { title: 'New', budget: { monthly: '5' } } })], nextLink: 'http://x/v1/audit-events?pageToken=t1' } }),
  })
  const { router } = renderAt('/audit?actor=ann')
  expect(await screen.findByText('1 entry, and there are more')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Show more' }))
  expect(await screen.findByText('2 entries')).toBeDefined()
  const entries = within(screen.getByRole('list', { name: 'Audit log' })).getAllByRole('group')
  const first = entries[0] as HTMLElement
  await userEvent.click(within(first).getByText('putProject'))
  const changed = within(await screen.findByRole('region', { name: 'What putProject changed' }))
  expect(changed.getAllByRole('row').slice(1).map((r) => r.textContent)).toEqual(['titleOldNew'])
  expect(router.state.location.search).toMatchObject({ actor: 'ann', entry: event(1).id })
  await userEvent.type(screen.getByLabelText('Operation'), 'deleteEnvironment')
  await userEvent.selectOptions(screen.getByLabelText('Outcome'), 'refused')
  await userEvent.click(screen.getByRole('button', { name: 'Search' }))
  await waitFor(() => expect(router.state.location.search).toMatchObject({ actor: 'ann', action: 'deleteEnvironment', outcome: 'refused' }))
  await waitFor(() => expect(asked.filter((a) => a.request === 'GET /audit-events').at(-1)?.query.toString()).toContain('action=deleteEnvironment'))
}, 120_000)

test('all that matches is exported, an entry a line', async () => {
  let saved = ''
  URL.createObjectURL = (blob: Blob) => {
    const reader = new FileReader() // jsdom's blobs have no text()
    reader.onload = () => { saved = String(reader.result) }
    reader.readAsText(blob)
    return 'blob:x'
  }
  URL.revokeObjectURL = () => {}
  answering({ ...around, 'GET /audit-events': ({ query }) => (query.get('pageToken') ? { body: { value: [event(2)] } } : { body: { value: [event(1)], nextLink: 'http://x/v1/audit-events?pageToken=t1' } }) })
  renderAt('/projects/payments/audit')
  await userEvent.click(await screen.findByRole('button', { name: 'Export as JSON lines' }))
  await waitFor(() => expect(saved.trim().split('\n').map((l) => (JSON.parse(l) as { id: string }).id)).toEqual([event(1).id, event(2).id]))
  expect(screen.queryByLabelText('Project')).toBeNull()
})

test('who may not read everything is led to the logs of his projects', async () => {
  answering({ ...around, 'GET /me/actions': () => ({ body: { scope: '/', actions: [] } }) })
  renderAt('/audit')
  expect((await screen.findByRole('link', { name: 'Log of Payments' })).getAttribute('href')).toBe('/projects/payments/audit')
})

test('a refused log says so with its request id, and an empty one teaches', async () => {
  let may = false
  answering({ ...around, 'GET /audit-events': () => (may ? { body: { value: [] } } : { problem: { status: 403, code: 'Forbidden', requestId: 'req-5', detail: 'It takes audit/read.' } }) })
  renderAt('/projects/payments/audit')
  expect(await screen.findByText('req-5')).toBeDefined()
  may = true
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Nothing matches')).toBeDefined()
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering } from './api'
import { driftReport, placeAnswers } from './place'
import { fill, loadPage, renderAt } from './render'
import { operation } from './samples'

const page = '/projects/payments/environments/dev/drift'
const hidden = { hidden: true }

const resource: Schemas['DriftedResource'] = {
  address: 'module.files.storage.this', alias: 'files', action: 'change', outside: true, planned: true,
  properties: [{ path: 'containers[1]', expected: 'reports' }, { path: 'key', sensitive: true }],
}
const drifted: Schemas['DriftReport'] = { ...driftReport, status: 'drifted', resources: [resource] }

beforeAll(() => loadPage(page), 180_000)

test('nobody has looked: it says what a look is, and looks', async () => {
  const { asked } = answering({ ...placeAnswers(), 'GET /projects/{project}/environments/{environment}/drift': () => ({ body: { status: 'unchecked', resources: [], ignored: [], notes: [] } }), 'POST /projects/{project}/environments/{environment}/drift': () => ({ body: { ...operation, mode: 'drift' }, status: 202 }) })
  renderAt(page)
  expect(await screen.findByText('Nobody has looked since it was deployed')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Check now' }))
  expect(await screen.findByText('It is being looked')).toBeDefined()
  expect(asked.find((a) => a.request.startsWith('POST'))?.headers.get('Operation-Id')).toBeTruthy()
})

test('what drifted, by resource and property, and put back', async () => {
  const { asked } = answering({ ...placeAnswers(), 'GET /projects/{project}/environments/{environment}/drift': () => ({ body: drifted }), 'POST /projects/{project}/environments/{environment}/drift/put-back': () => ({ body: operation, status: 202 }) })
  const { router } = renderAt(page)
  const properties = await screen.findByRole('region', { name: `Properties of ${resource.address}` })
  expect(within(properties).getAllByRole('row').map((r) => [...r.children].map((c) => c.textContent))).toEqual([['Property', 'Expected', 'Found'], ['containers[1]', 'reports', 'nothing'], ['key', 'sensitive, not shown', 'sensitive, not shown']])
  await userEvent.click(screen.getByRole('button', { name: 'Put back…' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Put it back', ...hidden }))
  await waitFor(() => expect(router.state.location.pathname).toBe(`/operations/${operation.id}`))
  expect(asked.some((a) => a.request.endsWith('/put-back'))).toBe(true)
})

test('adopting shows the difference, names what cannot be, and takes an agreement to put that back', async () => {
  const { asked } = answering({
    ...placeAnswers(),
    'GET /projects/{project}/environments/{environment}/drift': () => ({ body: drifted }),
    'POST /projects/{project}/environments/{environment}/drift/adoptions': ({ body }) => (body as { putBackRest: boolean }).putBackRest
      ? { status: 202, body: { operation, adopted: [{ address: resource.address, property: 'containers', alias: 'files', input: 'containers' }], putBack: [{ address: resource.address, property: 'key', reason: 'it is sensitive' }] } }
      : { problem: { status: 422, detail: 'Not everything can be adopted.', errors: [{ pointer: '/resources/0', detail: 'key: its value is sensitive' }] } },
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Adopt…' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(within(dialog).getByRole('region', { name: 'What is adopted', ...hidden })).getByText('reports')).toBeDefined()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Adopt it', ...hidden }))
  expect(await within(dialog).findByText(/key: its value is sensitive/)).toBeDefined()
  await userEvent.click(within(dialog).getByRole('checkbox', { name: 'What cannot be adopted is put back', ...hidden }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Adopt it', ...hidden }))
  expect(await screen.findByText(/is put back: it is sensitive/)).toBeDefined()
  expect(screen.getByRole('button', { name: 'Watch it', ...hidden })).toBeDefined()
  expect(asked.filter((a) => a.request.endsWith('/adoptions')).map((a) => a.body)).toEqual([{ putBackRest: false }, { putBackRest: true }])
})

test('ignoring takes a date and a reason; the note can be removed', async () => {
  const note: Schemas['DriftNote'] = { id: 'n1', address: resource.address, path: 'containers', until: new Date(Date.now() + 864e5).toISOString(), reason: 'Finance decides', by: 'developer', at: '2026-03-01T10:00:00Z' }
  let report = drifted
  const { asked } = answering({
    ...placeAnswers(),
    'GET /projects/{project}/environments/{environment}/drift': () => ({ body: report }),
    'POST /projects/{project}/environments/{environment}/drift/notes': () => { report = { ...driftReport, ignored: [resource], notes: [note] }; return { body: report } },
    'DELETE /projects/{project}/environments/{environment}/drift/notes/{note}': () => { report = drifted; return { status: 204 } },
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: `Ignore ${resource.address}` }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.selectOptions(within(dialog).getByLabelText('What'), 'containers')
  await fill(within(dialog).getByLabelText(/Reason/), 'Finance decides')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Ignore it', ...hidden }))
  expect(await screen.findByText('“Finance decides”')).toBeDefined()
  expect(screen.getByText('What differs is ignored for now.')).toBeDefined()
  expect(asked.find((a) => a.request.endsWith('/notes'))?.body).toMatchObject({ address: resource.address, path: 'containers', reason: 'Finance decides' })
  await userEvent.click(await screen.findByRole('button', { name: `Remove the note on ${resource.address} containers` }))
  expect(await screen.findByRole('button', { name: `Ignore ${resource.address}` })).toBeDefined()
})

test('an unknown is not called none', async () => {
  answering({ ...placeAnswers(), 'GET /projects/{project}/environments/{environment}/drift': () => ({ body: { ...driftReport, status: 'unknown', reason: 'The state is locked.' } }) })
  renderAt(page)
  expect(await screen.findByText(/The state is locked/)).toBeDefined()
  expect(screen.queryByText('It is as it was deployed')).toBeNull()
})

test('a report that cannot be read says so with its request id', async () => {
  answering({ ...placeAnswers(), 'GET /projects/{project}/environments/{environment}/drift': () => ({ problem: { status: 503, code: 'StorageUnavailable', requestId: 'req-7' } }) })
  renderAt(page)
  expect(await screen.findByText('req-7')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined()
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering, type Answers } from './api'
import { placeAnswers, value, valuesOf } from './place'
import { fill, loadPage, renderAt } from './render'

const page = '/projects/payments/environments/dev?tab=values'
const hidden = { hidden: true }

const versions: Schemas['ValueVersion'][] = [
  { version: 2, author: 'team-owner', at: '2026-03-02T10:00:00Z', changes: [{ key: 'LOG_LEVEL', action: 'change' }], comment: 'too loud' },
  { version: 1, author: 'developer', at: '2026-03-01T10:00:00Z', changes: [{ key: 'LOG_LEVEL', action: 'add' }] },
]
const differences = (from: number, to: number): Schemas['ValueDifferences'] => ({ from, to, value: [{ key: 'API_KEY', action: 'change', before: value({ key: 'API_KEY', secret: true, value: undefined }), after: value({ key: 'API_KEY', secret: true, value: undefined }) }, { key: 'LOG_LEVEL', action: 'change', before: value({ value: `v${from}` }), after: value({ value: `v${to}` }) }] })

const answers: Answers = {
  ...placeAnswers(),
  'GET /projects/{project}/environments/{environment}/value-versions': () => ({ body: { value: versions } }),
  'GET /projects/{project}/environments/{environment}/value-differences': ({ query }) => ({ body: differences(Number(query.get('from')), Number(query.get('to'))) }),
}

beforeAll(() => Promise.all(['/projects/payments/environments/dev', '/projects/payments/values'].map(loadPage)), 180_000)

test('each value says where it comes from, and what it stands over', async () => {
  answering({
    ...answers,
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: valuesOf(2, value({}), value({ key: 'REGION', origin: 'project', value: 'west' }), value({ key: 'API_KEY', secret: true, value: undefined })) }),
    'GET /projects/{project}/values': () => ({ body: { project: 'payments', version: 4, etag: '"4"', value: [value({ origin: 'project', value: 'warn' }), value({ key: 'REGION', origin: 'project', value: 'west' })] } }),
  })
  renderAt(page)
  const table = await screen.findByRole('region', { name: 'Values' })
  await within(table).findByText(/over the project's/)
  expect(within(table).getAllByRole('row').slice(1).map((r) => [...r.children].slice(0, 3).map((c) => c.textContent))).toEqual([
    ['LOG_LEVEL', 'info', "this environment over the project's warn"], ['REGION', 'west', 'project payments'], ['API_KEY', 'secret, kept in the vault', 'this environment'],
  ])
  expect(screen.getByRole('button', { name: 'Override REGION' })).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Remove REGION' })).toBeNull()
})

test('what somebody else set meanwhile is shown, and what was typed stays', async () => {
  let now = valuesOf(1, value({}))
  const { asked } = answering({
    ...answers,
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: now }),
    'PATCH /projects/{project}/environments/{environment}/values': ({ headers }) => (headers.get('If-Match') === now.etag ? { body: now } : { problem: { status: 412, code: 'PreconditionFailed' } }),
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Edit LOG_LEVEL' }))
  const dialog = await screen.findByRole('dialog')
  await fill(within(dialog).getByLabelText('Value'), 'mine')
  now = valuesOf(2, value({ value: 'theirs', updatedBy: 'team-owner' }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save', ...hidden }))
  expect(await within(dialog).findByText(/Meanwhile team-owner set LOG_LEVEL to/)).toBeDefined()
  expect(within(dialog).getByText('theirs')).toBeDefined()
  expect((within(dialog).getByLabelText('Value') as HTMLTextAreaElement).value).toBe('mine')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save mine over it', ...hidden }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(asked.filter((a) => a.request.startsWith('PATCH')).map((a) => [a.headers.get('If-Match'), a.body])).toEqual([['"1"', { set: { LOG_LEVEL: { value: 'mine' } } }], ['"2"', { set: { LOG_LEVEL: { value: 'mine' } } }]])
})

test('a change of another key is no conflict: it is made on the newer values', async () => {
  let now = valuesOf(1, value({}))
  const { asked } = answering({
    ...answers,
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: now }),
    'PATCH /projects/{project}/environments/{environment}/values': ({ headers }) => (headers.get('If-Match') === now.etag ? { body: now } : { problem: { status: 412, code: 'PreconditionFailed' } }),
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Edit LOG_LEVEL' }))
  const dialog = await screen.findByRole('dialog')
  await fill(within(dialog).getByLabelText('Value'), 'mine')
  now = valuesOf(2, value({}), value({ key: 'OTHER' }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save', ...hidden }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(asked.filter((a) => a.request.startsWith('PATCH')).map((a) => a.headers.get('If-Match'))).toEqual(['"1"', '"2"'])
})

test('a secret is written and never put into the field', async () => {
  const { asked } = answering({ ...answers, 'PATCH /projects/{project}/environments/{environment}/values': () => ({ body: valuesOf(2) }) })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Edit API_KEY' }))
  const dialog = await screen.findByRole('dialog')
  const field = within(dialog).getByLabelText('New secret') as HTMLInputElement
  expect([field.value, field.type]).toEqual(['', 'password'])
  await fill(field, 'hush')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save', ...hidden }))
  await waitFor(() => expect(asked.find((a) => a.request.startsWith('PATCH'))?.body).toEqual({ set: { API_KEY: { secret: 'hush' } } }))
})

test('two versions are compared, and one is restored in part', async () => {
  const { asked } = answering({
    ...answers,
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: valuesOf(2, value({})) }),
    'POST /projects/{project}/environments/{environment}/value-restorations': () => ({ body: valuesOf(3, value({})) }),
  })
  renderAt(page)
  const compared = await screen.findByRole('list', { name: 'From version 1 to 2' })
  expect(within(compared).getAllByRole('listitem').map((i) => i.textContent)).toEqual(['API_KEY: a secret → another secret', 'LOG_LEVEL: v1 → v2'])
  await userEvent.selectOptions(screen.getByLabelText('From version'), '0')
  expect(await screen.findByRole('list', { name: 'From version 0 to 2' })).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Restore version 1' }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.click(await within(dialog).findByRole('checkbox', { name: /API_KEY/, ...hidden }))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Restore', ...hidden }))
  await waitFor(() => expect(asked.find((a) => a.request.endsWith('/value-restorations'))).toMatchObject({ body: { version: 1, keys: ['LOG_LEVEL'] } }))
  expect(asked.find((a) => a.request.endsWith('/value-restorations'))?.headers.get('If-Match')).toBe('"2"')
})

test('the values of a project have a page of their own, and are set without a version where nothing ever was', async () => {
  const { asked } = answering({
    ...answers,
    'GET /projects/{project}/value-versions': () => ({ body: { value: [] } }),
    'GET /projects/{project}/values': () => ({ body: { project: 'payments', version: 0, etag: '"0"', value: [] } }),
    'PATCH /projects/{project}/values': () => ({ body: { project: 'payments', version: 1, etag: '"1"', value: [] } }),
  })
  renderAt('/projects/payments/values')
  expect(await screen.findByText('No value is set')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Set a value' }))
  const dialog = await screen.findByRole('dialog')
  await fill(within(dialog).getByLabelText(/Key/), '1wrong')
  expect(within(dialog).getByText(/does not begin with a digit/)).toBeDefined()
  await fill(within(dialog).getByLabelText(/Key/), 'REGION')
  await fill(within(dialog).getByLabelText('Value'), 'west')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save', ...hidden }))
  await waitFor(() => expect(asked.find((a) => a.request.startsWith('PATCH'))?.body).toEqual({ set: { REGION: { value: 'west' } } }))
  expect(asked.find((a) => a.request.startsWith('PATCH'))?.headers.get('If-Match')).toBeNull()
})

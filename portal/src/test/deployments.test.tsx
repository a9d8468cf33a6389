import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering, type Answers } from './api'
import { placeAnswers, preview, value, valuesOf } from './place'
import { fill, loadPage, renderAt } from './render'
import { deployment, environment, operation } from './samples'

const hidden = { hidden: true }
const earlierId = '01K9S3W0M2Q4N6P8R0T2V4X6A1'

const earlier: Schemas['Deployment'] = {
  ...deployment, id: earlierId, createdAt: '2026-02-01T10:00:00Z', values: { environmentVersion: 3, projectVersion: 1 },
  manifest: { resources: { site: { type: 'app-service', inputs: { settings: { URL: 'before' } } } } },
}

const answers: Answers = {
  ...placeAnswers(),
  'GET /projects/{project}/environments/{environment}/deployments': () => ({ body: { value: [deployment, earlier] } }),
  'GET /projects/{project}/environments/{environment}/deployments/{deployment}': ({ params }) => ({ body: params.deployment === earlierId ? earlier : deployment }),
  'POST /projects/{project}/environments/{environment}/deployments': () => ({ body: operation, status: 202 }),
}

beforeAll(() => Promise.all(['/projects/payments/environments/dev', `/projects/payments/environments/dev/deployments/${earlierId}`, '/projects/payments/promote'].map(loadPage)), 180_000)

test('rolling back shows the difference first, and takes values along when asked to', async () => {
  const { asked } = answering(answers)
  const { router } = renderAt('/projects/payments/environments/dev?tab=deployments')
  await userEvent.click(await screen.findByRole('button', { name: 'Roll back' }))
  const dialog = await screen.findByRole('dialog')
  expect(await within(dialog).findByText('/inputs/settings/TITLE')).toBeDefined()
  expect(within(dialog).getByRole('region', { name: 'Differences of site', ...hidden })).toBeDefined()
  await userEvent.click(within(dialog).getByRole('checkbox', { name: /those of version 3/, ...hidden }))
  const button = within(dialog).getByRole('button', { name: 'Roll back to it', ...hidden })
  await waitFor(() => expect(button.hasAttribute('disabled')).toBe(false))
  await userEvent.click(button)
  await waitFor(() => expect(router.state.location.pathname).toBe(`/operations/${operation.id}`))
  expect(asked.find((a) => a.request === 'POST /projects/{project}/environments/{environment}/deployments')?.body).toEqual({ from: { deployment: earlierId, valuesGoAlong: true } })
})

test('a deployment that cannot be built again says why, and is not asked for', async () => {
  answering({ ...answers, 'POST /projects/{project}/environments/{environment}/deployments/preview': () => ({ problem: { status: 422, detail: 'The definition is defective.' } }) })
  renderAt('/projects/payments/environments/dev?tab=deployments')
  await userEvent.click(await screen.findByRole('button', { name: 'Roll back' }))
  const dialog = await screen.findByRole('dialog')
  expect(await within(dialog).findByText('The definition is defective.')).toBeDefined()
  expect(within(dialog).getByRole('button', { name: 'Roll back to it', ...hidden }).hasAttribute('disabled')).toBe(true)
})

test('two deployments are compared, by the address', async () => {
  answering(answers)
  renderAt(`/projects/payments/environments/dev/deployments/${earlierId}?with=${deployment.id}`)
  const site = await screen.findByRole('region', { name: 'Differences of site' })
  expect(within(site).getAllByRole('row').map((r) => [...r.children].map((c) => c.textContent))).toEqual([['Property', 'Now', 'This one'], ['settings.URL', '${resources.db.outputs.url}', 'before']])
  expect(screen.getByRole('region', { name: 'Differences of db' })).toBeDefined()
  expect(screen.getByRole('button', { name: 'Roll back…' })).toBeDefined()
})

test('promoting: side by side, what would change, and which values go along', async () => {
  const live: Schemas['Environment'] = { ...environment, name: 'live', type: 'prod', deployment: earlierId }
  const { asked } = answering({
    ...answers,
    'GET /projects/{project}/environments': () => ({ body: { value: [environment, live] } }),
    'GET /projects/{project}/environments/{environment}/deployments/{deployment}': ({ params }) => ({ body: params.environment === 'live' ? earlier : { ...deployment, values: { environmentVersion: 2, projectVersion: 1 } } }),
    'GET /projects/{project}/environments/{environment}/value-versions/{valueVersion}': () => ({ body: { version: 2, author: 'x', at: '2026-03-01T10:00:00Z', changes: [], value: [value({ value: 'debug' }), value({ key: 'KEY', secret: true, value: undefined })] } }),
    'GET /projects/{project}/environments/{environment}/values': () => ({ body: valuesOf(1, value({ value: 'info' })) }),
  })
  const { router } = renderAt('/projects/payments/promote?from=dev')
  const table = await screen.findByRole('region', { name: 'Side by side' })
  const row = (name: string) => [...(within(table).getByRole('rowheader', { name }).parentElement?.children ?? [])].map((c) => c.textContent)
  expect(row('db')).toEqual(['db', 'postgres · postgres-local@1', 'not there≠ missing'])
  expect(row('site')).toEqual(['site', 'app-service', 'app-service≠ settings.URL'])
  expect(await screen.findByText('/inputs/settings/TITLE')).toBeDefined()
  await userEvent.click(await screen.findByRole('radio', { name: /Those of dev go along/ }))
  expect((await screen.findByRole('list', { name: 'Values that go along' })).textContent).toBe('LOG_LEVEL: info → debug')
  expect(screen.getByText(/Secret, and not taken along: KEY/)).toBeDefined()
  const button = screen.getByRole('button', { name: 'Promote to live' })
  await waitFor(() => expect(button.hasAttribute('disabled')).toBe(false))
  await userEvent.click(button)
  await waitFor(() => expect(router.state.location.pathname).toBe(`/operations/${operation.id}`))
  const sent = asked.find((a) => a.request === 'POST /projects/{project}/environments/{environment}/deployments')
  expect([sent?.params.environment, sent?.body]).toEqual(['live', { from: { environment: 'dev', valuesGoAlong: true } }])
})

test('with nowhere to go to, promoting teaches', async () => {
  answering(answers)
  renderAt('/projects/payments/promote')
  expect(await screen.findByText('There is no other environment in this project')).toBeDefined()
})

test('cloning makes an environment of what this one is', async () => {
  const { asked } = answering({ ...answers, 'POST /projects/{project}/environments/{environment}/deployments/preview': () => ({ body: { ...preview, environmentExists: false } }), 'PUT /projects/{project}/environments/{environment}': () => ({ body: environment, status: 201, headers: { 'Operation-Id': operation.id } }) })
  const { router } = renderAt('/projects/payments/environments/dev')
  await userEvent.click(await screen.findByRole('button', { name: 'More actions' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Clone…' }))
  const dialog = await screen.findByRole('dialog')
  await fill(within(dialog).getByLabelText(/Name/), 'copy')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Create and deploy', ...hidden }))
  await waitFor(() => expect(router.state.location.pathname).toBe(`/operations/${operation.id}`))
  const put = asked.find((a) => a.request.startsWith('PUT'))
  expect([put?.params.environment, put?.headers.get('If-None-Match'), put?.body]).toEqual(['copy', '*', { type: 'dev', from: { environment: 'dev', valuesGoAlong: false } }])
})

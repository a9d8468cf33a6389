// What the pages load when they are visited is loaded before, so that no test waits for it.
import '@/features/create-environment/CreateEnvironment'
import '@/features/edit-environment/EditEnvironment'
import '@/features/manifest/YamlEditor'
import '@/features/schema-form/SchemaForm'
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering, type Answers } from './api'
import { catalog } from './catalog-samples'
import { renderAt } from './render'
import { deployment, environment, operation } from './samples'

// jsdom has no layout; the editor asks where its text is.
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList
Range.prototype.getBoundingClientRect ??= () => new DOMRect()

const preview: Schemas['Preview'] = {
  environmentExists: true, changes: [], counts: { add: 0, change: 1, remove: 0 }, policies: [], budgets: [],
  price: { before: { currency: 'USD', monthly: '0.00', complete: true, items: [], unknown: [] }, after: { currency: 'USD', monthly: '12.00', complete: true, items: [], unknown: [] } },
}

const from = { ...deployment, template: 'static-site', parameters: { title: 'Old' } }

const around: Answers = {
  ...catalog,
  'GET /environment-types': () => ({ body: { value: [{ name: 'dev', title: 'Development', version: '1', templates: ['*'] }, { name: 'prod', title: 'Production', version: '1', templates: ['*'] }] } }),
  'GET /projects/{project}/environments/{environment}': () => ({ body: environment }),
  'GET /projects/{project}/environments/{environment}/deployments/{deployment}': () => ({ body: from }),
  'POST /projects/{project}/environments/{environment}/deployments/preview': () => ({ body: preview }),
  'POST /projects/{project}/environments/{environment}/deployments': () => ({ body: operation, status: 202 }),
  'PUT /projects/{project}/environments/{environment}': () => ({ body: { ...environment, activeOperation: operation.id }, status: 201 }),
  'GET /operations/{operation}': () => ({ body: { ...operation, status: 'Succeeded', stage: 'done' } }),
  'GET /operations/{operation}/approval': () => ({ problem: { status: 404, code: 'NotFound' } }),
}

test('a link fills the form in, and the platform’s faults stand at their fields while one types on', async () => {
  const { asked } = answering({
    ...around,
    'POST /projects/{project}/environments/{environment}/deployments/preview': ({ body }) =>
      (body as Schemas['EnvironmentSpec']).parameters?.title === 'bad' ? { problem: { status: 400, code: 'ValidationFailed', errors: [{ pointer: '/parameters/title', detail: 'That title is taken.' }] } } : { body: { ...preview, environmentExists: false } },
  })
  renderAt(`/projects/payments/new-environment?template=static-site&type=dev&name=web&parameters=${encodeURIComponent('{"title":"bad"}')}`)
  const title = await screen.findByLabelText(/^Title/)
  expect((title as HTMLInputElement).value).toBe('bad')
  expect((await screen.findAllByText('That title is taken.')).some((e) => e.closest('.fui-Field'))).toBe(true)
  await userEvent.type(title, 'ly not')
  expect(await screen.findByText('12.00 USD')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Create and deploy' }))
  await waitFor(() => expect(asked.find((a) => a.request.startsWith('PUT'))?.body).toEqual({ type: 'dev', template: 'static-site', parameters: { title: 'badly not' } }))
})

test('a catalog that cannot be read says so with its request id, and is asked again', async () => {
  let down = true
  answering({ ...around, 'GET /templates': (asked) => (down ? { problem: { status: 503, code: 'StorageUnavailable', title: 'Storage does not answer', requestId: 'req-8' } } : catalog['GET /templates']!(asked)) })
  renderAt('/projects/payments/new-environment')
  expect(await screen.findByText('req-8')).toBeDefined()
  down = false
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('radio', { name: /^Static site/ })).toBeDefined()
  expect(screen.queryByText('req-8')).toBeNull()
})

test('without what is required it says so, and asks nothing', async () => {
  const { asked } = answering(around)
  renderAt('/projects/payments/new-environment?template=static-site')
  expect(await screen.findByText('Fill in Title')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Create and deploy' }).hasAttribute('disabled')).toBe(true)
  expect(asked.some((a) => a.request.endsWith('/preview'))).toBe(false)
})

test('a manifest is made resource by resource', async () => {
  const { asked } = answering(around)
  renderAt('/projects/payments/new-environment?as=manifest&name=data')
  expect(await screen.findByText('Nothing is in it yet')).toBeDefined()
  await userEvent.selectOptions(screen.getByLabelText('Type', { selector: '[role=group] select' }), 'PostgreSQL database')
  await userEvent.type(screen.getByLabelText('Name of the resource'), 'db')
  await userEvent.click(screen.getByRole('button', { name: 'Add' }))
  const db = await screen.findByRole('region', { name: 'Resource db' })
  const storage = await within(db).findByLabelText('Storage')
  await userEvent.clear(storage)
  await userEvent.type(storage, '64')
  await userEvent.click(screen.getByRole('button', { name: 'Create and deploy' }))
  await waitFor(() => expect(asked.find((a) => a.request.startsWith('PUT'))?.body).toEqual({ type: 'dev', manifest: { resources: { db: { type: 'postgres', inputs: { storageGb: 64 } } } } }))
})

test('a change shows what differs, and is bound to what was there', async () => {
  const { asked } = answering(around)
  renderAt('/projects/payments/environments/dev/edit')
  const title = await screen.findByLabelText(/^Title/)
  expect(screen.getByText('Nothing differs')).toBeDefined()
  await userEvent.type(title, 'er')
  const diff = await screen.findByRole('region', { name: 'Differences to what is deployed' })
  expect([diff.querySelector('del')?.textContent, diff.querySelector('ins')?.textContent]).toEqual(['− title: Old', '+ title: Older'])
  await userEvent.click(screen.getByRole('button', { name: 'Deploy the change' }))
  await waitFor(() => {
    const sent = asked.find((a) => a.request.endsWith('/deployments'))
    expect(sent?.body).toEqual({ mode: 'deploy', template: 'static-site', parameters: { title: 'Older' } })
    expect(sent?.headers.get('If-Match')).toBe('"3"')
  })
})

test('YAML that cannot be read loses nothing', async () => {
  answering({ ...around, 'GET /projects/{project}/environments/{environment}/deployments/{deployment}': () => ({ body: deployment }) })
  renderAt('/projects/payments/environments/dev/edit?view=yaml')
  const editor = await screen.findByRole('textbox', { name: 'Manifest as YAML' })
  await userEvent.click(editor)
  await userEvent.paste('broken: [\n')
  expect(await screen.findByText(/^Mend line \d+ of the manifest$/)).toBeDefined()
  await userEvent.click(screen.getByRole('tab', { name: /^Form/ }))
  expect(await screen.findByText(/Nothing is lost/)).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Show the YAML' }))
  expect((await screen.findByRole('textbox', { name: 'Manifest as YAML' })).textContent).toContain('broken: [')
})

test('who was slower is told, and keeps what he wrote', async () => {
  let etag = '"3"'
  answering({
    ...around,
    'GET /projects/{project}/environments/{environment}': () => ({ body: { ...environment, etag } }),
    'POST /projects/{project}/environments/{environment}/deployments': () => { etag = '"4"'; return { problem: { status: 412, code: 'PreconditionFailed', detail: 'Somebody changed it.' } } },
  })
  renderAt('/projects/payments/environments/dev/edit')
  await userEvent.type(await screen.findByLabelText(/^Title/), '!')
  await waitFor(() => expect(screen.getByRole('button', { name: 'Deploy the change' }).hasAttribute('disabled')).toBe(false))
  await userEvent.click(screen.getByRole('button', { name: 'Deploy the change' }))
  expect(await screen.findByText('Somebody changed it.')).toBeDefined()
  expect(await screen.findByText('The environment was changed since you began')).toBeDefined()
  expect((screen.getByLabelText(/^Title/) as HTMLInputElement).value).toBe('Old!')
})

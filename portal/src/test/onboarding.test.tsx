import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { answering, type Answers } from './api'
import { renderAt } from './render'
import { me, operation, project } from './samples'

const admin: Schemas['Me'] = { ...me, roles: ['PlatformAdmin'], teams: [], projects: [] }
const every = ['projects/create', 'projects/read', 'assignments/write', 'quotas/write', 'environments/write', 'environments/read']
const price = { currency: 'USD', complete: true, items: [], unknown: [] }

const preview = (spec: Schemas['ProjectSpec']): Schemas['ProjectPreview'] => ({
  exists: false, newTeam: true, price: { monthly: spec.environments?.length ? '12.00' : '0.00', currency: 'USD', complete: true },
  ...(spec.members?.some((m) => m.role === 'Czar') ? { refusal: { code: 'ValidationFailed', detail: 'The project is not valid.', errors: [{ pointer: '/members/0/role', detail: 'must be a role' }] } } : {}),
  environments: (spec.environments ?? []).map((e) => ({
    name: e.name,
    preview: { environmentExists: false, changes: [{ alias: 'site', action: 'add', type: 'app-service', definition: 'site@1', differences: [] }], counts: { add: 1, change: 0, remove: 0 }, price: { before: { ...price, monthly: '0.00' }, after: { ...price, monthly: '12.00' } }, policies: [], budgets: [] },
  })),
})

const around: Answers = {
  'GET /me': () => ({ body: admin }),
  'GET /me/actions': ({ query }) => ({ body: { scope: query.get('scope') ?? '/', actions: every } }),
  'GET /teams': () => ({ body: { value: [] } }),
  'GET /roles': () => ({ body: { value: [
    { name: 'TeamOwner', title: 'Owns', builtIn: true, assignable: true, actions: ['projects/read'] }, { name: 'Contributor', title: 'Works', builtIn: true, assignable: true, actions: ['environments/write'] },
    { name: 'Catalog', title: 'Writes', builtIn: false, assignable: true, actions: ['catalog/write'] }, { name: 'Everyone', title: 'All', builtIn: true, assignable: false, actions: [] },
  ] } }),
  'GET /environment-types': () => ({ body: { value: [{ name: 'dev', title: 'Development', version: '1', templates: ['*'] }, { name: 'prod', title: 'Production', version: '1', templates: ['*'] }] } }),
  'GET /resource-types': () => ({ body: { value: [] } }),
  'GET /templates': () => ({ body: { value: [{ name: 'empty', title: 'Empty environment', version: '1', parameters: {}, manifest: {} }] } }),
  'GET /templates/{template}': () => ({ body: { name: 'empty', title: 'Empty environment', version: '1', parameters: {}, manifest: {} } }),
  'POST /projects/{project}/preview': ({ body }) => ({ body: preview(body as Schemas['ProjectSpec']) }),
}

beforeEach(() => sessionStorage.clear())

test('who may not onboard is told why, and whom to ask', async () => {
  answering({
    ...around, 'GET /me': () => ({ body: me }), 'GET /me/actions': () => ({ body: { scope: '/', actions: ['catalog/read'] } }),
    'POST /access/explain': () => ({ body: { allowed: false, action: 'projects/create', scope: '/', considered: [], reason: 'It takes projects/create.', nextStep: 'Ask a platform admin.', ask: [{ assignment: 'a', scope: '/', id: 'boss', kind: 'user', role: 'PlatformAdmin', createdAt: '', createdBy: '' }] } }),
  })
  renderAt('/onboard')
  expect(await screen.findByText('You may not onboard a project')).toBeDefined()
  for (const said of ['It takes projects/create.', 'Ask a platform admin.', 'You can ask boss.']) expect(screen.getByText(said)).toBeDefined()
  expect(screen.queryByLabelText(/^Title/)).toBeNull()
})

test('from the team to the environments, and all of it in one request', async () => {
  const { asked } = answering({
    ...around,
    'PUT /projects/{project}': () => ({ status: 201, body: { ...project, name: 'web-shop', operations: [] } }),
    'GET /projects/{project}/operations': () => ({ body: { value: [{ ...operation, kind: 'putProject', project: 'web-shop' }] } }),
    'GET /operations/{operation}': () => ({ body: { ...operation, kind: 'putProject', status: 'Succeeded', stage: 'done' } }),
  })
  const { router } = renderAt('/onboard')
  const user = userEvent.setup({ delay: null })
  await user.type(await screen.findByLabelText(/^Title/), 'Web Shop')
  expect((screen.getByLabelText(/^Name/) as HTMLInputElement).value).toBe('web-shop')
  await user.click(screen.getByRole('button', { name: /^Next/ }))
  expect(await screen.findByText('A team has to own the project.')).toBeDefined()
  await user.type(screen.getByLabelText(/^Team/), 'shop')
  expect(await screen.findByText('Nothing refuses it')).toBeDefined()
  await user.click(screen.getByRole('button', { name: /^Next/ }))
  await user.click(await screen.findByRole('button', { name: 'Add somebody' }))
  await user.type(screen.getByLabelText(/^Who/), 'ann')
  expect((screen.getByRole('option', { name: /^Catalog/ }) as HTMLOptionElement).disabled).toBe(true)
  await user.click(screen.getByRole('button', { name: /^Next/ }))
  await user.type(await screen.findByLabelText('Environments'), '3')
  await user.type(screen.getByLabelText('A month'), '500')
  await user.click(screen.getByRole('button', { name: /^Next/ }))
  await user.click(await screen.findByRole('button', { name: 'Add an environment' }))
  await user.type(screen.getByLabelText(/^Name/), 'one')
  await screen.findByRole('option', { name: /^Empty/ })
  await user.selectOptions(screen.getByLabelText(/^Template/), 'empty')
  expect((await screen.findAllByText('12.00 USD')).length).toBeGreaterThan(0)
  await user.click(screen.getByRole('button', { name: /^Next/ }))
  const people = within(await screen.findByRole('region', { name: 'Who gets what' }))
  for (const cell of ['TeamOwner', 'all of the project', 'no end', 'this project']) expect(people.getByText(cell)).toBeDefined()
  expect(screen.getByText('shop, which is made with it')).toBeDefined()
  expect(screen.getByText(/deployed at once/)).toBeDefined()
  await user.click(await screen.findByRole('button', { name: 'Create Web Shop' }))
  expect(await screen.findByRole('link', { name: 'Open web-shop/dev' })).toBeDefined()
  expect(router.state.location.pathname).toBe('/onboard/web-shop')
  const put = asked.find((a) => a.request === 'PUT /projects/{project}')
  expect([put?.params.project, put?.headers.get('If-None-Match')]).toEqual(['web-shop', '*'])
  expect(put?.body).toEqual({
    title: 'Web Shop', team: 'shop', members: [{ id: 'ann', kind: 'user', role: 'TeamOwner' }], quota: { environments: 3 }, budget: { monthly: '500', over: 'approve' },
    environments: [{ name: 'one', type: 'dev', template: 'empty', parameters: {} }],
  })
  expect(sessionStorage.getItem('lazuli.onboarding')).toBeNull()
}, 180_000)

test('what was typed is there after a reload, on the page that was open', async () => {
  sessionStorage.setItem('lazuli.onboarding', JSON.stringify({ project: 'shop', title: 'Shop', team: 'shop', people: [{ id: 'ann', kind: 'user', role: 'Czar', where: '', until: '' }] }))
  answering(around)
  renderAt('/onboard?step=people')
  expect((await screen.findByLabelText(/^Who/) as HTMLInputElement).value).toBe('ann')
  expect((await screen.findAllByText('must be a role')).length).toBeGreaterThan(0) // by the field, and beside the form
  expect(within(screen.getByRole('navigation', { name: 'Steps' })).getByRole('link', { name: /^People ?, needs attention$/ })).toBeDefined()
})

test('a preview that fails says so with its request id, and is asked again', async () => {
  sessionStorage.setItem('lazuli.onboarding', JSON.stringify({ project: 'shop', title: 'Shop', team: 'shop' }))
  let taken = true
  answering({ ...around, 'POST /projects/{project}/preview': ({ body }) => (taken ? { problem: { status: 412, code: 'NameTaken', detail: 'Project shop exists already.', requestId: 'req-7' } } : { body: preview(body as Schemas['ProjectSpec']) }) })
  renderAt('/onboard?step=review')
  expect(await screen.findByText('Project shop exists already.')).toBeDefined()
  expect((screen.getByRole('button', { name: 'Create Shop' }) as HTMLButtonElement).disabled).toBe(true)
  taken = false
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Nothing refuses it')).toBeDefined()
})

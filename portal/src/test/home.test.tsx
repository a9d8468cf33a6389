import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test, vi } from 'vitest'
import { hrefOf } from '@/features/palette/entries'
import { visited } from '@/features/palette/recent'
import { answering, type Answers } from './api'
import { loadPage, renderAt } from './render'
import { environment, home, me, operation, project } from './samples'

const around: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /me/actions': () => ({ body: { scope: '/', actions: ['catalog/read'] } }),
  'GET /projects': () => ({ body: { value: [project] } }),
}

beforeAll(() => Promise.all(['/', '/projects'].map(loadPage)))
beforeAll(() => import('@/features/palette/Palette'))

test('home shows what waits for me, what failed and why, and what runs', async () => {
  const failed = { ...operation, id: 'f'.repeat(26), project: 'orders', requestedBy: 'somebody', status: 'Failed', stage: 'done', error: { code: 'X', message: 'm', cause: 'No cores left.', action: 'Ask for more.', whoFixes: 'platformTeam' } } as const
  answering({ ...around, 'GET /me/home': () => ({ body: { ...home, approvals: [{ ...operation, stage: 'awaitingApproval' }], failed: [failed], running: [operation], recent: [operation, failed] } }) })
  const { router } = renderAt('/')
  const waiting = await screen.findByRole('region', { name: 'Operations that wait for approval' })
  expect(within(waiting).getByRole('link').textContent).toBe('Create or change payments/dev')
  expect(screen.getByText('1 waiting for you · 1 failed')).toBeDefined()
  for (const said of ['orders/dev: No cores left.', 'Ask for more.']) expect(screen.getByText(said)).toBeDefined()
  expect(await screen.findByRole('link', { name: /^Payments/ })).toBeDefined()
  await userEvent.click(screen.getByRole('switch', { name: 'Only mine' }))
  await waitFor(() => expect(screen.queryByText('orders/dev: No cores left.')).toBeNull())
  expect(router.state.location.search).toEqual({ mine: true })
})

test('what expires soon is extended from there', async () => {
  let left = 1
  const { asked } = answering({
    ...around,
    'GET /me/home': () => ({ body: { ...home, expiring: left ? [{ ...environment, expiresAt: '2026-03-02T00:00:00Z' }] : [], recent: [operation] } }),
    'POST /projects/{project}/environments/{environment}/extension': () => { left = 0; return { body: environment } },
  })
  renderAt('/')
  await userEvent.click(await screen.findByRole('button', { name: 'Extend payments/dev by 3 days' }))
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Extend/ })).toBeNull())
  expect(asked.find((a) => a.request.startsWith('POST'))?.body).toEqual({ by: 'PT72H' })
  expect(screen.getByText('Nothing needs you now.')).toBeDefined()
})

test('who is in no project is told what one is', async () => {
  answering({ ...around, 'GET /me/home': () => ({ body: { ...home, projects: 0 } }) })
  renderAt('/')
  expect(await screen.findByText('Welcome to Lazuli: you are in no project yet')).toBeDefined()
  expect(await screen.findByText(/gives you a role in it/)).toBeDefined()
  expect(screen.queryByRole('link', { name: 'Onboard a project' })).toBeNull()
})

test('who may make a project at his team is offered that, at home and in the list', async () => {
  const owner: Answers = {
    ...around, 'GET /me': () => ({ body: { ...me, teams: [{ team: 'payments', role: 'TeamOwner', scope: '/teams/payments' }] } }), 'GET /projects': () => ({ body: { value: [] } }),
    'GET /me/actions': ({ query }) => ({ body: { scope: query.get('scope') ?? '/', actions: query.get('scope') === '/teams/payments' ? ['projects/create'] : [] } }),
    'GET /me/home': () => ({ body: { ...home, projects: 0 } }),
  }
  answering(owner)
  const { router } = renderAt('/')
  expect((await screen.findByRole('link', { name: 'Onboard a project' })).getAttribute('href')).toBe('/onboard')
  await act(() => router.navigate({ to: '/projects' }))
  expect(await screen.findByText('You are in no project yet')).toBeDefined()
  expect((await screen.findByRole('link', { name: 'New project' })).getAttribute('href')).toBe('/onboard')
})

test('who has a project in which nothing happened is led to a first environment', async () => {
  answering({ ...around, 'GET /me/home': () => ({ body: { ...home, complete: false } }) })
  renderAt('/')
  const link = await screen.findByRole('link', { name: 'New environment in Payments' })
  expect(link.getAttribute('href')).toBe('/projects/payments/new-environment')
  expect(screen.getByText(/This is about the first 1 projects/)).toBeDefined()
})

test('a list that cannot be read says so with its request id, and is asked again', async () => {
  let down = true
  answering({ ...around, 'GET /projects': () => (down ? { problem: { status: 503, code: 'StorageUnavailable', title: 'Storage does not answer', requestId: 'req-9' } } : { body: { value: [project] } }) })
  renderAt('/projects')
  expect(await screen.findByText('req-9')).toBeDefined()
  down = false
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('link', { name: /^Payments/ })).toBeDefined()
})

test('the palette finds what the platform finds, and goes there by keyboard', async () => {
  const { asked } = answering({
    ...around,
    'GET /search': ({ query }) => ({ body: { complete: true, value: query.get('q') === 'static dev' ? [{ kind: 'environment', name: 'dev', title: 'payments/dev', project: 'payments', environment: 'dev', detail: 'dev · ready' }] : [] } }),
    'GET /projects/{project}/environments/{environment}': () => ({ body: environment }),
  })
  const { router } = renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  await userEvent.keyboard('{Control>}k{/Control}')
  await userEvent.type(await screen.findByRole('combobox', { name: 'Search' }), 'static dev{Enter}') // before the answer is there
  expect(await screen.findByRole('heading', { name: 'payments/dev' })).toBeDefined()
  expect(router.state.location.pathname).toBe('/projects/payments/environments/dev')
  expect(asked.filter((a) => a.request === 'GET /search').length).toBeLessThan(4) // not for each letter
})

test('the palette begins with where one was last, and offers to make an environment there', async () => {
  visited('developer@lazuli.local', '/projects/payments/environments/dev')
  answering(around)
  renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  await userEvent.keyboard('{Control>}k{/Control}')
  expect((await screen.findAllByRole('option')).slice(0, 2).map((o) => o.textContent)).toEqual(['payments/devEnvironment', 'New environment in paymentsAction'])
})

test('the palette knows every page, and leads to each kind of thing where it is shown', async () => {
  visited('developer@lazuli.local', '/projects/payments')
  answering(around)
  const { router } = renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  await userEvent.keyboard('{Control>}k{/Control}')
  const pages = (await screen.findAllByRole('option')).map((o) => o.textContent?.replace(/Page$/, ''))
  for (const page of ['Home', 'Environments', 'Catalog', 'Onboard', 'Roles', 'Teams', 'Values of payments', 'Access to payments', 'Audit of payments', 'Promote in payments']) expect(pages).toContain(page)
  const kinds = ['project', 'environment', 'resource', 'operation', 'team', 'template', 'resourceType', 'environmentType'] as const
  for (const kind of kinds) {
    const href = hrefOf({ kind, name: 'zeta', title: 'Zeta', project: 'payments', environment: 'dev' })
    expect(router.getMatchedRoutes(href.replace(/\?.*/, ''))[2], href).toBeDefined()
  }
})

test('the palette does things, and says why it cannot search', async () => {
  answering({ ...around, 'GET /search': () => ({ problem: { status: 403, title: 'No', detail: 'Not now.' } }) })
  renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  await userEvent.keyboard('{Control>}k{/Control}')
  await userEvent.type(await screen.findByRole('combobox', { name: 'Search' }), 'contrast')
  expect(await screen.findByText('Not now.')).toBeDefined()
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('contrast'))
})

test('offline is said, and over when it is over', async () => {
  answering(around)
  renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  act(() => void dispatchEvent(new Event('offline')))
  expect(screen.getByText(/^You are offline/)).toBeDefined()
  online.mockRestore()
  act(() => void dispatchEvent(new Event('online')))
  expect(screen.queryByText(/^You are offline/)).toBeNull()
})

test('the theme that was chosen is remembered', async () => {
  answering({ ...around, 'GET /projects': () => ({ body: { value: [] } }) })
  renderAt('/projects')
  await userEvent.click(await screen.findByRole('button', { name: 'Theme' }))
  await userEvent.click(await screen.findByRole('menuitemradio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(localStorage.getItem('lazuli.theme')).toBe('dark')
})

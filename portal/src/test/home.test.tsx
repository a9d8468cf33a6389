import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answering } from './api'
import { renderAt } from './render'
import { environment, me, operation, project } from './samples'

test('home shows what waits, runs and failed across projects', async () => {
  answering({
    'GET /me': () => ({ body: me }),
    'GET /projects': ({ query }) => (query.get('pageToken') ? { body: { value: [{ ...project, name: 'orders', title: 'Orders' }] } } : { body: { value: [project], nextLink: 'http://x/v1/projects?maxpagesize=200&pageToken=t%2B1' } }),
    'GET /projects/{project}/operations': ({ params }) => ({
      body: { value: params.project === 'orders' ? [{ ...operation, id: 'f'.repeat(26), project: 'orders', resource: '/projects/orders/environments/dev', status: 'Failed', stage: 'done', error: { code: 'X', message: 'm', cause: 'No cores left.' } }] : [{ ...operation, stage: 'awaitingApproval' }] },
    }),
  })
  renderAt('/')
  const waiting = await screen.findByRole('region', { name: 'Operations that wait for approval' })
  expect(within(waiting).getByRole('link').textContent).toBe('Create or change payments/dev')
  expect(screen.getByText('orders/dev: No cores left.')).toBeDefined()
  expect(screen.getByRole('link', { name: /^Orders/ })).toBeDefined()
})

test('who is in no project is told what one is', async () => {
  answering({ 'GET /me': () => ({ body: me }), 'GET /projects': () => ({ body: { value: [] } }) })
  renderAt('/')
  expect(await screen.findByText('You are in no project yet')).toBeDefined()
})

test('a list that cannot be read says so with its request id, and is asked again', async () => {
  let down = true
  answering({ 'GET /me': () => ({ body: me }), 'GET /projects': () => (down ? { problem: { status: 503, code: 'StorageUnavailable', title: 'Storage does not answer', requestId: 'req-9' } } : { body: { value: [project] } }) })
  renderAt('/projects')
  expect(await screen.findByText('req-9')).toBeDefined()
  down = false
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('link', { name: /^Payments/ })).toBeDefined()
})

test('the palette finds an environment and goes there by keyboard', async () => {
  answering({
    'GET /me': () => ({ body: me }),
    'GET /projects': () => ({ body: { value: [project] } }),
    'GET /templates': () => ({ body: { value: [] } }),
    'GET /projects/{project}/environments': () => ({ body: { value: [environment] } }),
    'GET /projects/{project}/environments/{environment}': () => ({ body: environment }),
  })
  const { router } = renderAt('/projects')
  await screen.findByRole('link', { name: /^Payments/ })
  await userEvent.keyboard('{Control>}k{/Control}')
  await userEvent.type(await screen.findByRole('combobox', { name: 'Search' }), 'static dev')
  expect(await screen.findAllByRole('option')).toHaveLength(1)
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByRole('heading', { name: 'payments/dev' })).toBeDefined()
  expect(router.state.location.pathname).toBe('/projects/payments/environments/dev')
})

test('the theme that was chosen is remembered', async () => {
  answering({ 'GET /me': () => ({ body: me }), 'GET /projects': () => ({ body: { value: [] } }) })
  renderAt('/projects')
  await userEvent.click(await screen.findByRole('button', { name: 'Theme' }))
  await userEvent.click(await screen.findByRole('menuitemradio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(localStorage.getItem('lazuli.theme')).toBe('dark')
})

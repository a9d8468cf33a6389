import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answering, type Answers } from './api'
import { renderAt } from './render'
import { me, project } from './samples'

const around: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /me/actions': () => ({ body: { scope: '/', actions: ['projects/write', 'quotas/write'] } }),
  'GET /resource-types': () => ({ body: { value: [{ name: 'postgres', title: 'PostgreSQL', version: '1', inputs: {}, outputs: {} }] } }),
  'GET /projects/{project}': () => ({ body: { ...project, quota: { environments: 3 }, budget: { monthly: '500.00', over: 'refuse' } } }),
  'GET /projects/{project}/usage': () => ({ body: { bounds: [{ bound: 'environments', limit: 3, used: 4 }, { bound: 'resources of type postgres', limit: 0, used: 0 }], monthly: '125.50', currency: 'USD', budget: { monthly: '500.00', over: 'refuse' } } }),
}

test('what there may be, is and is left stands in numbers and bars', async () => {
  answering(around)
  renderAt('/projects/payments?tab=limits')
  expect(await screen.findByRole('meter', { name: 'Environments: 4 of 3 used, 0 left' })).toBeDefined()
  expect(screen.getByRole('meter', { name: 'Cost of a month: 125.50 USD of 500.00 USD used, 374.50 USD left' })).toBeDefined()
  expect(screen.getByText('requests are refused')).toBeDefined()
})

test('who may changes quota and budget; nothing else is touched', async () => {
  const { asked } = answering({ ...around, 'PUT /projects/{project}': () => ({ body: { ...project, operations: [] } }) })
  renderAt('/projects/payments?tab=limits')
  await userEvent.click(await screen.findByRole('button', { name: 'Change quota and budget…' }))
  const dialog = within(await screen.findByRole('dialog'))
  const environments = dialog.getByLabelText('Environments')
  await userEvent.clear(environments)
  await userEvent.type(environments, '0')
  expect(dialog.getByText('A number from 1 to 1000.')).toBeDefined()
  expect((dialog.getByText('Save') as HTMLButtonElement).disabled).toBe(true)
  await userEvent.clear(environments)
  await userEvent.type(environments, '5')
  await dialog.findByText('PostgreSQL')
  await userEvent.selectOptions(dialog.getByLabelText('Bound a type of resource'), 'postgres')
  await userEvent.click(dialog.getByText('Save'))
  await waitFor(() => expect(asked.find((a) => a.request === 'PUT /projects/{project}')?.body).toEqual({
    title: 'Payments', team: 'payments', quota: { environments: 5, resources: { postgres: 1 } }, budget: { monthly: '500.00', over: 'refuse' },
  }))
  expect(asked.find((a) => a.request === 'PUT /projects/{project}')?.headers.get('If-Match')).toBe('"1"')
}, 120_000)

test('who may not is told who can', async () => {
  answering({ ...around, 'GET /me/actions': () => ({ body: { scope: '/', actions: ['projects/write'] } }) })
  renderAt('/projects/payments?tab=limits')
  expect(await screen.findByText(/changed by who holds quotas\/write/)).toBeDefined()
  expect(screen.queryByRole('button', { name: /Change quota/ })).toBeNull()
})

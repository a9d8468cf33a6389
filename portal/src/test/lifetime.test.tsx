import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, expect, test } from 'vitest'
import { answering } from './api'
import { placeAnswers } from './place'
import { fill, loadPage, renderAt } from './render'
import { environment, operation } from './samples'

const page = '/projects/payments/environments/dev'
const hidden = { hidden: true } // without layout the library takes what a dialog holds for unseen

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

beforeAll(() => loadPage(page), 180_000)

test('health, cost now and after the next deployment, and what is not said of nothing', async () => {
  answering(placeAnswers({ monthly: '40.00', monthlyOff: '10.00', hibernation: { hours: 7, saved: '1.20', calendarSaves: '9.00' } }))
  renderAt(page)
  for (const said of ['As it was deployed', '40.00 USD', '10.00 USD', 'about 9.00 USD', '1.20 USD in 7 hours of sleep', '+12.00 to now; 0 to add, 1 to change, 0 to remove', 'What the last deployment that succeeded made is there.']) expect(await screen.findByText(said)).toBeDefined()
  expect(screen.getByText('never')).toBeDefined()
  expect(screen.queryByText(/dashboard/i)).toBeNull()
})

test('extending tells the limit of the type, and asks for no more than that', async () => {
  const { asked } = answering({ ...placeAnswers({ expiresAt: inDays(80) }), 'POST /projects/{project}/environments/{environment}/extension': () => ({ body: { ...environment, expiresAt: inDays(87) } }) })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Extend…' }))
  const dialog = await screen.findByRole('dialog')
  expect(await within(dialog).findByText(/Environments of type dev may be kept 90 days from now/)).toBeDefined()
  expect((within(dialog).getByRole('radio', { name: /By two weeks: over the limit/, ...hidden }) as HTMLInputElement).disabled).toBe(true)
  expect((within(dialog).getByRole('radio', { name: /By a week: until/, ...hidden }) as HTMLInputElement).disabled).toBe(false)
  await userEvent.click(within(dialog).getByRole('button', { name: 'Extend', ...hidden }))
  await waitFor(() => expect(asked.find((a) => a.request.endsWith('/extension'))?.body).toEqual({ by: 'P7D' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('protecting takes a reason', async () => {
  let reason: string | undefined
  const { asked } = answering({
    ...placeAnswers(),
    'GET /projects/{project}/environments/{environment}': () => ({ body: { ...environment, ...(reason ? { protection: { reason, by: 'team-owner', at: '2026-03-01T10:00:00Z' } } : {}) } }),
    'PUT /projects/{project}/environments/{environment}/protection': ({ body }) => { reason = (body as { reason: string }).reason; return { body: environment } },
  })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Protect…' }))
  const dialog = await screen.findByRole('dialog')
  const button = within(dialog).getByRole('button', { name: 'Protect', ...hidden })
  expect(button.hasAttribute('disabled')).toBe(true)
  await fill(within(dialog).getByLabelText(/Reason/), 'demo')
  await userEvent.click(button)
  expect(await screen.findByText('“demo”')).toBeDefined()
  expect(asked.find((a) => a.request.startsWith('PUT'))?.body).toEqual({ reason: 'demo' })
})

test('a calendar tells its next times and what it saves before it is kept', async () => {
  const { asked } = answering({ ...placeAnswers({ monthly: '168.00', monthlyOff: '0.00' }), 'PUT /projects/{project}/environments/{environment}/calendar': () => ({ body: environment }) })
  renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Edit calendar…' }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.click(await within(dialog).findByRole('radio', { name: /The calendar of type dev: sat sun/, ...hidden }))
  expect(within(dialog).getByText('Saves about 48.00')).toBeDefined()
  expect(within(within(dialog).getByRole('list', { name: 'Next times', ...hidden })).getAllByRole('listitem', hidden).length).toBeGreaterThanOrEqual(2)
  await userEvent.click(within(dialog).getByRole('radio', { name: 'A calendar of its own', ...hidden }))
  const zone = within(dialog).getByLabelText('Time zone')
  await fill(zone, 'Nowhere')
  expect(within(dialog).getByText(/Choose a time zone of the list/)).toBeDefined()
  expect(within(dialog).getByRole('button', { name: 'Save', ...hidden }).hasAttribute('disabled')).toBe(true)
  await fill(zone, 'America/New_York')
  await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Friday', ...hidden }))
  expect(within(dialog).getByText('Saves about 48.00')).toBeDefined() // four nights of twelve hours
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save', ...hidden }))
  await waitFor(() => expect(asked.find((a) => a.request.endsWith('/calendar'))?.body).toEqual({ calendar: { timeZone: 'America/New_York', off: [{ days: ['mon', 'tue', 'wed', 'thu'], from: '19:00', to: '07:00' }] } }))
})

test('hibernating leads to its operation', async () => {
  answering({ ...placeAnswers(), 'POST /projects/{project}/environments/{environment}/hibernate': () => ({ body: operation, status: 202 }) })
  const { router } = renderAt(page)
  await userEvent.click(await screen.findByRole('button', { name: 'Hibernate' }))
  await waitFor(() => expect(router.state.location.pathname).toBe(`/operations/${operation.id}`))
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { answering, type Answers } from './api'
import { fill, loadPage, renderAt } from './render'
import { environment, me } from './samples'

beforeAll(() => loadPage('/environments'))

// jsdom lays nothing out: the frame of the list is as high as fifteen rows.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000)
  return () => vi.restoreAllMocks()
})

const many = Array.from({ length: 1000 }, (_, n) => ({ ...environment, name: `env-${String(n).padStart(4, '0')}`, type: n % 2 ? 'dev' : 'test', createdBy: n % 10 ? 'somebody' : 'developer', monthly: `${n}.00` }))
const answers: Answers = {
  'GET /me': () => ({ body: me }),
  'GET /environments': ({ query }) => {
    const from = Number(query.get('pageToken') ?? 0)
    return { body: { value: many.slice(from, from + 200), ...(from < 800 ? { nextLink: `/v1/environments?pageToken=${from + 200}` } : {}) } }
  },
}

test('a thousand environments are listed, drawn as far as they are seen, filtered and sorted in the address', async () => {
  answering(answers)
  const { router } = renderAt('/environments?type=dev')
  expect(await screen.findByText('500 of 1000 environments')).toBeDefined()
  const rows = () => within(screen.getByRole('region', { name: 'Environments' })).getAllByRole('row')
  expect(rows().length).toBeLessThan(40)
  expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('501')
  expect(rows()[1]?.textContent).toContain('payments/env-0001')
  await userEvent.click(screen.getByRole('button', { name: /^Price a month/ }))
  await waitFor(() => expect(screen.getByRole('columnheader', { name: /^Price/ }).getAttribute('aria-sort')).toBe('ascending'))
  await userEvent.click(screen.getByRole('button', { name: /^Price a month/ }))
  await waitFor(() => expect(rows()[1]?.textContent).toContain('payments/env-0999'))
  expect(router.state.location.search).toEqual({ type: 'dev', sort: 'price', down: true })
  expect(screen.getByRole('columnheader', { name: /^Price/ }).getAttribute('aria-sort')).toBe('descending')
  await userEvent.selectOptions(screen.getByLabelText('Type'), 'All')
  await userEvent.selectOptions(screen.getByLabelText('Owner'), 'me')
  expect(await screen.findByText('100 of 1000 environments')).toBeDefined()
  await fill(screen.getByLabelText('Find'), '0990')
  expect(await screen.findByText('1 of 1000 environments')).toBeDefined()
  expect(router.state.location.search).toMatchObject({ find: '0990', owner: 'me' })
  await userEvent.click(screen.getByRole('button', { name: 'Show all' }))
  expect(await screen.findByText('1000 environments')).toBeDefined()
})

test('the menu of a row goes places, and gives the focus back', async () => {
  answering({ ...answers, 'GET /environments': () => ({ body: { value: [{ ...environment, activeOperation: 'o'.repeat(26) }] } }) })
  renderAt('/environments')
  const button = await screen.findByRole('button', { name: 'Actions of payments/dev' })
  await userEvent.click(button)
  expect((await screen.findAllByRole('menuitem')).map((i) => i.textContent)).toEqual(['Open', 'Deployments', 'Values', 'Change…', 'Watch what runs'])
  screen.getByRole('menuitem', { name: 'Open' }).focus() // the theme does that itself where things have a place
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('menuitem')).toBeNull())
  expect(document.activeElement).toBe(button)
})

test('where there is nothing, what one is and how it gets there is told', async () => {
  answering({ ...answers, 'GET /environments': () => ({ body: { value: [] } }) })
  renderAt('/environments')
  expect(await screen.findByText('You see no environment yet')).toBeDefined()
})

import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answering } from './api'
import { catalog } from './catalog-samples'
import { renderAt } from './render'

test('what one may use leads to its form; the rest says why not', async () => {
  answering(catalog)
  renderAt('/catalog')
  const use = await screen.findByRole('link', { name: 'Use it: Static site' })
  expect(use.getAttribute('href')).toBe('/projects/payments/new-environment?template=static-site&type=dev')
  const [, kept] = screen.getAllByRole('heading', { name: 'Not for you in this project' })
  expect(within(kept?.parentElement as HTMLElement).getByText('PostgreSQL database')).toBeDefined()
  expect(screen.getByText('Not in dev, prod.').parentElement?.textContent).toContain('Ask an owner.')
  expect(screen.queryByRole('link', { name: 'Use it: PostgreSQL database' })).toBeNull()
})

test('cards are found by words and tags, and the address says which', async () => {
  answering(catalog)
  const { router } = renderAt('/catalog?tag=machine')
  expect(await screen.findByRole('link', { name: 'Lab' })).toBeDefined()
  expect(screen.queryByRole('link', { name: 'Static site' })).toBeNull()
  await userEvent.selectOptions(screen.getByLabelText('Tag'), '')
  await userEvent.type(screen.getByLabelText('Find'), 'files')
  expect(await screen.findByRole('link', { name: 'Static site' })).toBeDefined()
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Lab' })).toBeNull())
  expect(router.state.location.search).toEqual({ q: 'files' })
  await userEvent.type(screen.getByLabelText('Find'), ' nothing')
  expect((await screen.findAllByText('Nothing of that kind')).length).toBe(2)
})

test('a template shows its docs as text of strangers, its parameters and its versions', async () => {
  answering(catalog)
  const { router } = renderAt('/catalog/templates/static-site')
  expect(await screen.findByRole('heading', { level: 3, name: 'How' })).toBeDefined()
  expect(document.querySelector('.lz-markdown img, .lz-markdown script')).toBeNull()
  expect(screen.getByText(/<img src=x/)).toBeDefined()
  expect(screen.getByRole('link', { name: 'read' }).getAttribute('rel')).toBe('noopener noreferrer')
  expect(screen.queryByRole('link', { name: 'never' })).toBeNull()
  const parameters = screen.getByRole('region', { name: 'Parameters' })
  expect(within(parameters).getAllByRole('row').map((r) => r.textContent)).toEqual(['NameWhat it isValueIf left out', 'title Title What it shows.text, at most 60 charactersrequired', 'size Sizesmall, mediumdefault small'])
  const table = screen.getByRole('region', { name: 'Versions' })
  expect(await within(table).findByText('Defective')).toBeDefined()
  await userEvent.click(within(table).getByRole('link', { name: '1' }))
  expect(await screen.findByText('The old way.')).toBeDefined()
  expect(screen.getByText(/for nobody, whoever pins it/, { selector: '.fui-MessageBarBody' })).toBeDefined()
  expect(within(screen.getByRole('region', { name: 'Parameters' })).getByText('colour')).toBeDefined()
  expect(router.state.location.search).toEqual({ version: '1' })
})

test('a resource type shows which outputs are secret', async () => {
  answering(catalog)
  renderAt('/catalog/types/postgres')
  const outputs = await screen.findByRole('region', { name: 'Outputs' })
  expect(within(outputs).getAllByRole('row').map((r) => r.textContent)[1]).toContain('secret')
  expect(await screen.findByText('Not in dev, prod.')).toBeDefined()
})

test('a catalog that cannot be read says so with its request id', async () => {
  answering({ ...catalog, 'GET /templates': () => ({ problem: { status: 503, code: 'StorageUnavailable', requestId: 'req-7' } }) })
  renderAt('/catalog')
  expect(await screen.findByText('req-7')).toBeDefined()
})

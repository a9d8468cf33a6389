import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { signIn, type Look, type Person } from './browser'
import { Platform } from './platform'

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

/** Pictures of every page, light and dark, of a platform on which something happened. */
describe.skipIf(!inject('url'))('screenshots', () => {
  const platform = new Platform(inject('url'))
  let browser: Browser
  let pages: Record<string, string>

  beforeAll(async () => {
    await mkdir(folder, { recursive: true })
    browser = await chromium.connect(inject('browser'))
    pages = addresses(await furnish(platform))
  })
  afterAll(() => browser?.close())

  const taken = async (look: Look, person: Person, name: string, act: (page: Page) => Promise<void>) => {
    const { page, context } = await signIn(browser, platform.url, person, look)
    await act(page)
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await context.close()
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`of every page, ${colorScheme}`, async () => {
      const { page, context } = await signIn(browser, platform.url, 'team-owner', { colorScheme })
      for (const [name, path] of Object.entries(pages)) {
        await open(page, path)
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
      }
      await context.close()
    })
    test(`of the palette, ${colorScheme}`, () => taken({ colorScheme }, 'team-owner', `palette-${colorScheme}`, async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search' }).fill('payments')
      await page.getByRole('option', { name: /payments\/dev/ }).first().waitFor()
    }))
    test(`of onboarding, ${colorScheme}`, () => taken({ colorScheme }, 'admin', `onboard-${colorScheme}`, async (page) => {
      await open(page, '/onboard')
      await page.getByLabel('Title').fill('Web shop')
      await page.getByLabel('Team').fill('shop')
      await page.getByText('Nothing refuses it').waitFor()
    }))
  }
  test('of an operation, on a phone', () => taken({ viewport: { width: 375, height: 720 } }, 'team-owner', 'operation-phone', async (page) => {
    await open(page, pages.operation ?? '')
    await page.getByText('apply', { exact: true }).first().waitFor()
  }))

  async function open(page: Page, path: string) {
    await page.goto(platform.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {}) // a page that waits for news is never idle
    await page.locator('.lz-skeleton').first().waitFor({ state: 'detached' })
  }
})

/** What there is to take a picture of. */
interface Furnished {
  operations: { dev: string; live: string; broken: string }
  deployment: string
}

function addresses({ operations, deployment }: Furnished): Record<string, string> {
  const project = '/projects/payments'
  const dev = `${project}/environments/dev`
  return {
    home: '/', projects: '/projects', environments: '/environments',
    catalog: '/catalog', template: '/catalog/templates/web-service-with-database', 'resource-type': '/catalog/types/postgres',
    project, members: `${project}?tab=members`, quota: `${project}?tab=limits`, 'project-values': `${project}/values`, promote: `${project}/promote?from=dev&to=live`,
    'new-environment': `${project}/new-environment?name=test&template=web-service-with-database&parameters=${encodeURIComponent('{"title":"Payments"}')}`, change: `${dev}/edit`, manifest: `${dev}/edit?as=manifest&view=yaml`,
    environment: dev, resources: `${dev}?tab=resources`, deployments: `${dev}?tab=deployments`, values: `${dev}?tab=values`, drift: `${dev}/drift`, deployment: `${dev}/deployments/${deployment}`,
    operation: `/operations/${operations.dev}`, log: `/operations/${operations.dev}?tab=log`, approval: `/operations/${operations.live}`, failure: `/operations/${operations.broken}`,
    access: `${project}/access`, roles: '/access/roles', teams: '/access/teams', team: '/access/teams/payments', audit: `${project}/audit`,
  }
}

/** A project with an environment that is ready, one that waits for approval, and one that failed. */
async function furnish(platform: Platform): Promise<Furnished> {
  const put = (path: string, body: unknown) => platform.call('developer', 'PUT', path, body)
  await platform.call('admin', 'PUT', '/teams/payments', { title: 'Payments', members: [{ id: 'team-owner', role: 'TeamOwner' }, { id: 'developer', role: 'Contributor' }] })
  await platform.makeProject('payments', { budget: { monthly: '500.00', over: 'approve' } })
  const at = '/projects/payments/environments'
  const ended = async (answer: Response) => {
    const id = answer.headers.get('Operation-Id') ?? ''
    await platform.settled('developer', id)
    return id
  }
  const dev = await ended(await put(`${at}/dev`, { type: 'dev', template: 'web-service-with-database', parameters: { title: 'Payments' } }))
  await platform.call('developer', 'PATCH', `${at}/dev/values`, { set: { LOG_LEVEL: { value: 'debug' } }, comment: 'look closer' })
  await platform.call('developer', 'PATCH', `${at}/dev/values`, { set: { LOG_LEVEL: { value: 'info' }, API_KEY: { secret: 'not-a-real-one' } } })
  await ended(await platform.call('developer', 'POST', `${at}/dev/deployments`, { template: 'web-service-with-database', parameters: { title: 'Payments, again' } }))
  await ended(await platform.call('developer', 'POST', `${at}/dev/drift`))
  const broken = await ended(await put(`${at}/broken`, { type: 'dev', template: 'static-site', parameters: { title: 'Broken', archive: '/nowhere/site.zip' } }))
  const live = await ended(await put(`${at}/live`, { type: 'prod', template: 'web-service-with-database', parameters: { title: 'Payments' } }))
  await platform.call('developer', 'PATCH', '/projects/payments/values', { set: { REGION: { value: 'westeurope' } } })
  const { deployment } = (await (await platform.call('developer', 'GET', `/operations/${dev}`)).json()) as { deployment: string }
  return { operations: { dev, live, broken }, deployment }
}

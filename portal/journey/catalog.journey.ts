import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, openBrowser, signIn, tabTo, tooWide, violations } from './browser'
import { Platform } from './platform'

/** A deployment takes some ten seconds; a busy machine is given time. */
const aDeployment = 180_000

describe.skipIf(!chromiumPath)('the catalog, its forms and the manifest', () => {
  let platform: Platform
  let browser: Browser
  let page: Page
  let viewer: Page
  const thrown: string[] = []

  const visit = async (path: string, by = page) => {
    await by.goto(`${platform.url}${path}`)
    await by.getByRole('heading', { level: 1 }).waitFor()
    await by.locator('.lz-skeleton').first().waitFor({ state: 'detached' })
  }
  const accessible = async (by = page) => expect(await violations(by), by.url()).toEqual([])
  const statusOf = (word: string) => page.locator('.lz-title-row .lz-status', { hasText: word }).waitFor({ timeout: aDeployment })

  beforeAll(async () => {
    platform = await Platform.start()
    browser = await openBrowser()
    const made = await platform.call('admin', 'PUT', '/projects/payments', {
      title: 'Payments', team: 'payments', quota: { environments: 10 }, members: [{ id: 'developer', role: 'Contributor' }, { id: 'viewer', role: 'Reader' }],
    })
    expect(made.status).toBe(201)
    page = (await signIn(browser, platform.url, 'developer')).page
    viewer = (await signIn(browser, platform.url, 'viewer')).page
    for (const p of [page, viewer]) {
      p.setDefaultTimeout(60_000)
      p.on('pageerror', (error) => thrown.push(error.message))
      p.on('console', (m) => { if (m.type() === 'error' && m.text().includes('Content Security Policy')) thrown.push(m.text()) })
    }
  })

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    await page.screenshot({ path: `${tmpdir()}/lazuli-catalog.png`, fullPage: true })
    console.warn(`picture of the failure: ${tmpdir()}/lazuli-catalog.png`)
  })

  afterAll(async () => {
    await browser?.close()
    await platform?.stop()
  })

  test('from a card over its docs to a form that is filled in, and on to an environment', async () => {
    await visit('/catalog')
    await accessible()
    await page.getByRole('searchbox', { name: 'Find' }).fill('database web')
    await page.getByRole('link', { name: 'Web service with a database', exact: true }).click()
    await page.getByRole('heading', { name: 'What you get' }).waitFor()
    await page.getByRole('region', { name: 'Versions' }).getByText('Default').waitFor()
    await accessible()
    await page.getByRole('link', { name: 'Use it' }).click()
    await page.getByText('Fill in Title').waitFor()
    await page.getByLabel('Name').fill('shop')
    await page.getByLabel('Title').fill('x'.repeat(61))
    await page.getByLabel('Database size').focus()
    await page.getByText('Must be at most 60 characters long.').waitFor()
    await accessible()
    await page.getByLabel('Title').fill('Shop')
    await page.getByText('2 to add, 0 to change').waitFor()
    await page.getByText('No approval needed').waitFor()
    await accessible()
    await page.getByRole('button', { name: 'Create and deploy' }).click()
    await statusOf('Succeeded')
  })

  test('a change of a parameter shows what differs, and is deployed', async () => {
    await visit('/projects/payments/environments/shop')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Change…' }).click()
    await page.getByText('Nothing differs').first().waitFor()
    await page.getByLabel('Title').fill('Shop two')
    await page.getByRole('region', { name: 'Differences to what is deployed' }).getByText('title: Shop two').waitFor()
    await page.getByText('0 to add, 1 to change').waitFor()
    await accessible()
    await page.getByRole('button', { name: 'Deploy the change' }).click()
    await statusOf('Succeeded')
  })

  test('the manifest is written as YAML that is completed and judged, and nothing is lost when it is broken', async () => {
    await visit('/projects/payments/environments/shop/edit?as=manifest&view=yaml')
    const editor = page.getByRole('textbox', { name: 'Manifest as YAML' })
    await editor.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('broken: [')
    await page.keyboard.press('Delete') // the bracket that the editor closes by itself
    await page.getByText(/^Mend line \d+ of the manifest$/).waitFor()
    await page.getByRole('tab', { name: 'Form' }).click()
    await page.getByText('Nothing is lost', { exact: false }).waitFor()
    await accessible()
    await page.getByRole('button', { name: 'Show the YAML' }).click()
    await editor.getByText('broken').waitFor()
    await editor.fill('resources:\n  site:\n    type: app-service\n    inputs:\n      settings: {TITLE: By hand}\n      ')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: /^runtime/ }).waitFor()
    await accessible()
    await page.keyboard.type('runtime: nonsense')
    await page.keyboard.press('Escape')
    await page.getByRole('list', { name: 'What is wrong' }).getByText('Must be one of: static, process.').waitFor()
    await editor.fill('resources:\n  site:\n    type: app-service\n    inputs:\n      settings: {TITLE: By hand}\n')
    await page.getByText('0 to add, 1 to change, 1 to remove').waitFor()
    await page.getByRole('tab', { name: 'Form' }).click()
    await page.getByRole('region', { name: 'Resource site' }).getByLabel('Runtime').selectOption('static')
    await accessible()
  })

  test('what the platform refuses stands at its field', async () => {
    await visit('/projects/payments/new-environment?as=manifest&name=odd&manifest=%7B%22resources%22%3A%7B%22db%22%3A%7B%22type%22%3A%22postgres%22%2C%22inputs%22%3A%7B%22serverVersion%22%3A%22%24%7Bresources.no.outputs.x%7D%22%7D%7D%7D%7D')
    await page.getByText('/manifest/resources/db/inputs/serverVersion').waitFor()
    await page.getByRole('region', { name: 'Resource db' }).locator('.fui-Field__validationMessage').waitFor()
    await accessible()
  })

  test('who may not use it reads why', async () => {
    await visit('/catalog', viewer)
    await viewer.getByRole('heading', { name: 'Not for you in this project' }).first().waitFor()
    await viewer.getByText(/it takes the action environments\/write/).first().waitFor()
    expect(await viewer.getByRole('link', { name: /^Use / }).count()).toBe(0)
    await accessible(viewer)
  })

  test('a version that is defective is marked', async () => {
    const document = (version: string) => ({ apiVersion: 'lazuli/v1', kind: 'Template', metadata: { name: 'poster', title: 'Poster', version }, spec: { parameters: { type: 'object' }, manifest: { resources: { site: { type: 'app-service' } } } } })
    for (const version of ['1', '2']) expect((await platform.call('admin', 'PUT', `/catalog/items/template/poster/${version}`, { document: document(version) })).status).toBe(201)
    expect((await platform.call('admin', 'PUT', '/catalog/items/template/poster/1/status', { status: 'defective' })).status).toBe(200)
    await visit('/catalog/templates/poster')
    await page.getByRole('region', { name: 'Versions' }).getByText('Defective').waitFor()
    await page.getByRole('region', { name: 'Versions' }).getByRole('link', { name: '1' }).click()
    await page.getByText('for nobody, whoever pins it').first().waitFor()
    await accessible()
  })

  test('the keyboard alone fills a form in', async () => {
    await visit('/projects/payments/new-environment?template=static-site')
    await tabTo(page.getByLabel('Name'))
    await page.keyboard.type('keys')
    await tabTo(page.getByLabel('Title'))
    await page.keyboard.type('By keyboard')
    await page.getByText('1 to add, 0 to change').waitFor()
    await tabTo(page.getByRole('button', { name: 'Create and deploy' }))
  })

  test('its pages work in the dark, in high contrast and on a phone', { timeout: 360_000 }, async () => {
    for (const look of [{ colorScheme: 'dark' as const }, { contrast: 'more' as const }, { viewport: { width: 375, height: 720 } }]) {
      const { page: other, context } = await signIn(browser, platform.url, 'developer', look)
      other.setDefaultTimeout(60_000)
      for (const path of ['/catalog', '/catalog/templates/vm-lab', '/catalog/types/postgres', '/projects/payments/new-environment?template=vm-lab',
        '/projects/payments/environments/shop/edit', '/projects/payments/environments/shop/edit?as=manifest', '/projects/payments/environments/shop/edit?as=manifest&view=yaml']) {
        await visit(path, other)
        await accessible(other)
        expect(await tooWide(other), path).toEqual([])
      }
      await context.close()
    }
  })

  test('nothing was thrown, and nothing that the page’s policy forbids was tried', () => expect(thrown).toEqual([]))
})

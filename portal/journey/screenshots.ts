import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { inject, test } from 'vitest'
import { signIn } from './browser'
import { Platform } from './platform'

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

/** Pictures of every page, light and dark, of a platform on which something happened. */
test.skipIf(!inject('url'))('screenshots', async () => {
  await mkdir(folder, { recursive: true })
  const platform = new Platform(inject('url'))
  const browser = await chromium.connect(inject('browser'))
  try {
    const { operations, deployment } = await furnish(platform)
    const pages: Record<string, string> = {
      home: '/', project: '/projects/payments', members: '/projects/payments?tab=members', 'new-environment': '/projects/payments/new-environment?template=web-service-with-database',
      catalog: '/catalog', template: '/catalog/templates/web-service-with-database', 'resource-type': '/catalog/types/postgres',
      change: '/projects/payments/environments/dev/edit', manifest: '/projects/payments/environments/dev/edit?as=manifest&view=yaml',
      environment: '/projects/payments/environments/dev', resources: '/projects/payments/environments/dev?tab=resources', deployments: '/projects/payments/environments/dev?tab=deployments',
      values: '/projects/payments/environments/dev?tab=values', operation: `/operations/${operations.dev}`, log: `/operations/${operations.dev}?tab=log`,
      onboard: '/onboard', access: '/projects/payments/access', roles: '/access/roles', teams: '/access/teams', team: '/access/teams/payments', audit: '/projects/payments/audit', quota: '/projects/payments?tab=limits',
      drift: '/projects/payments/environments/dev/drift', deployment: `/projects/payments/environments/dev/deployments/${deployment}`, promote: '/projects/payments/promote?from=dev', 'project-values': '/projects/payments/values',
      approval: `/operations/${operations.live}`, failure: `/operations/${operations.broken}`,
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context } = await signIn(browser, platform.url, 'team-owner', { colorScheme })
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(platform.url + path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {}) // a page that waits for news is never idle
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
      }
      await context.close()
    }
    const { page } = await signIn(browser, platform.url, 'team-owner', { viewport: { width: 375, height: 720 } })
    await page.goto(`${platform.url}${pages.operation}`)
    await page.getByText('apply', { exact: true }).first().waitFor()
    await page.screenshot({ path: join(folder, 'operation-phone.png') })
  } finally {
    await browser.close()
  }
})

/** A project with an environment that is ready, one that waits for approval, and one that failed. */
async function furnish(platform: Platform) {
  const put = (path: string, body: unknown) => platform.call('developer', 'PUT', path, body)
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
  const broken = await ended(await put(`${at}/broken`, { type: 'dev', template: 'static-site', parameters: { title: 'Broken', archive: '/nowhere/site.zip' } }))
  const live = await ended(await put(`${at}/live`, { type: 'prod', template: 'web-service-with-database', parameters: { title: 'Payments' } }))
  await platform.call('developer', 'PATCH', '/projects/payments/values', { set: { REGION: { value: 'westeurope' } } })
  const { deployment } = (await (await platform.call('developer', 'GET', `/operations/${dev}`)).json()) as { deployment: string }
  return { operations: { dev, live, broken }, deployment }
}

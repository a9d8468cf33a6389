import { expect } from 'vitest'
import { tabTo, tooWide } from './browser'
import { journey } from './harness'

journey('what one sees across projects', ({ platform, project, step, as, visit, statusOf, accessible }) => {
  project('atlas')
  project('harbour', { members: [{ id: 'team-owner', role: 'TeamOwner' }] })

  step('one sees what one’s own is, and nothing of others', async () => {
    await platform.call('admin', 'PUT', '/projects/harbour/environments/quay', { type: 'dev', manifest: {} })
    const page = await as('developer')
    await visit(page, '/')
    await page.getByRole('link', { name: /^Atlas/ }).waitFor()
    expect(await page.getByText(/harbour|quay/i).count()).toBe(0)
    await accessible(page)
  })

  step('what waits for me is on my home page, and not on that of who asked', async () => {
    const asked = await platform.call('developer', 'PUT', '/projects/atlas/environments/live', { type: 'prod', manifest: {} })
    const id = asked.headers.get('Operation-Id') ?? ''
    expect((await platform.settled('developer', id)).stage).toBe('awaitingApproval')
    const owner = await as('team-owner')
    await visit(owner, '/')
    const waiting = owner.getByRole('region', { name: 'Operations that wait for approval' })
    await waiting.getByRole('link', { name: 'Create or change atlas/live' }).waitFor()
    await accessible(owner)
    const developer = await as('developer')
    await visit(developer, '/')
    await developer.getByRole('region', { name: 'Operations that run' }).getByRole('link', { name: 'Create or change atlas/live' }).waitFor()
    expect(await developer.getByRole('region', { name: 'Operations that wait for approval' }).count()).toBe(0)
    await waiting.getByRole('link', { name: 'Create or change atlas/live' }).click()
    await statusOf(owner, 'Waits for approval')
    await owner.getByLabel('Comment').fill('Not needed')
    await owner.getByRole('button', { name: 'Reject' }).click()
    await statusOf(owner, 'Canceled')
    // Without a reload.
    await developer.getByRole('region', { name: 'Operations that run' }).getByRole('link', { name: 'Create or change atlas/live' }).waitFor({ state: 'detached', timeout: 60_000 })
  })

  step('what expires soon is extended from the home page', async () => {
    const made = await platform.call('developer', 'PUT', '/projects/atlas/environments/brief', { type: 'dev', manifest: {}, expiresIn: 'PT30H' })
    await platform.settled('developer', made.headers.get('Operation-Id') ?? '')
    const page = await as('developer')
    await visit(page, '/')
    await page.getByRole('button', { name: 'Extend atlas/brief by 3 days' }).click()
    await page.getByText('atlas/brief stays three days longer').first().waitFor()
    await page.getByRole('button', { name: 'Extend atlas/brief by 3 days' }).waitFor({ state: 'detached' })
  })

  step('the palette finds things and does things by keyboard, and nothing of others', async () => {
    const page = await as('developer')
    await visit(page, '/projects')
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: /^Sign out/ }).waitFor()
    await page.keyboard.type('harbour')
    await page.getByText('Nothing of that name that you may see.').waitFor()
    await accessible(page)
    await page.getByRole('combobox', { name: 'Search' }).fill('atlas brief')
    await page.getByRole('option', { name: /^atlas\/brief/ }).first().waitFor()
    await page.getByText('to move').waitFor()
    await accessible(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'atlas/brief' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search' }).fill('high contrast')
    await page.getByRole('option', { name: /^High contrast theme/ }).waitFor()
    await page.getByText('to move').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('contrast')
    await page.evaluate(() => localStorage.removeItem('lazuli.theme'))
  })

  step('environments of all projects are narrowed in the address, by keyboard', async () => {
    const page = await as('team-owner')
    await visit(page, '/environments')
    for (const name of ['atlas/brief', 'harbour/quay']) await page.getByRole('link', { name }).waitFor()
    await accessible(page)
    await tabTo(page.getByLabel('Project'))
    await page.keyboard.type('atlas')
    await page.getByRole('link', { name: 'harbour/quay' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('project')).toBe('atlas')
    await tabTo(page.getByRole('button', { name: 'Actions of atlas/brief' }))
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Open' }).waitFor()
    await accessible(page)
    await page.keyboard.press('Escape')
    await visit(page, '/environments?owner=developer&sort=expires') // such an address can be sent to somebody
    await page.getByRole('link', { name: 'atlas/brief' }).waitFor()
    expect(await page.getByRole('link', { name: 'harbour/quay' }).count()).toBe(0)
    await page.setViewportSize({ width: 375, height: 720 })
    expect(await tooWide(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  step('being offline is said, and passes', async () => {
    const page = await as('developer')
    await visit(page, '/environments')
    await page.context().setOffline(true)
    await page.getByText(/^You are offline/).waitFor()
    await accessible(page)
    await page.context().setOffline(false)
    await page.getByText(/^You are offline/).waitFor({ state: 'detached' })
  })

  step('what is nowhere says so, and leads home', async () => {
    const page = await as('viewer')
    await visit(page, '/nowhere')
    await accessible(page)
    await page.getByRole('link', { name: 'Go home' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    for (const path of ['/operations/01NOTHING1230000000000000A', '/projects/harbour/environments/quay']) {
      await visit(page, path)
      await page.getByText(/NotFound · request/).first().waitFor()
      await accessible(page)
    }
  })
})
